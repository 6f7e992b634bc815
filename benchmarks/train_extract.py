"""Train the extractor: pages with the text of their articles in, `aggregator/core/extract/weights.json` out.

    python -m benchmarks.train_extract --gold zyte.jsonl.gz fundus.jsonl.gz wcxb.jsonl.gz mozfix.jsonl.gz \\
        --snippets trafsnip.jsonl.gz --out aggregator/core/extract/weights.json
    python -m benchmarks.train_extract --gold … --snippets … --folds 5

Needs catboost, scikit-learn, scipy and numpy, of which extracting needs none. Records are `{id, site, url, html, gold_text}`; those
of `--snippets` have no whole text, but `with` and `without`: what the article says, and what only the page says.

Every block is labelled by the share of its words that the gold text has in the same order. The weights of words come from logistic
regression; so that the trees learn how far to trust them, each page's are fitted without the pages of its fold, and a fold keeps
all pages of a site together. The trees learn twice: once from the gold texts, and again with the pages of `--snippets`, labelled by
what the first generation makes of them and by their snippets. With `--folds` each fold is extracted by what the others taught, and
the F1 of that printed (4-token shingles, as zyte/article-extraction-benchmark has it).
"""

from __future__ import annotations

import argparse
import collections
import dataclasses
import difflib
import gzip
import hashlib
import json
import pathlib
import re
import tempfile
from collections.abc import Iterable, Sequence
from typing import Any

import catboost
import numpy
import scipy.sparse
import selectolax.lexbor
import sklearn.linear_model

from aggregator.core.extract import choose, features, head, lexicon, model, page

FOLDS = 5
WEIGHTS = {"zyte": 1.2, "fundus": 1.5, "mozfix": 0.3, "trafsnip": 0.4}  # of a page; mozfix is the output of another extractor
SITES = 6  # that a word must be seen on
SHINGLE = 3  # words
LEAST = 0.05  # weight of a word that is kept
TREES, DEPTH, RATE = 400, 6, 0.07
THRESHOLD = 0.35  # log odds; best over the folds
WORD = re.compile(r"\w+")
FLOAT = numpy.float64


@dataclasses.dataclass
class Sample:
    """A page: its blocks' texts, the names of the elements around each from the inside out, labels from 0 to 1, their weights."""

    record: dict[str, Any]
    corpus: str
    texts: list[str]
    chains: list[list[list[str]]]
    label: Any
    weight: Any
    rows: Any = None
    kept: Any = None

    @property
    def fold(self) -> int:
        """The fold of the page's site."""
        return int(hashlib.md5(self.record["site"].encode()).hexdigest(), 16) % FOLDS


def load(paths: Iterable[str]) -> list[Sample]:
    """The pages of some files, those with a gold text labelled by it."""
    samples = []
    for path in paths:
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            samples += [sample(json.loads(line), pathlib.Path(path).name.partition(".")[0]) for line in lines]
    return samples


def sample(record: dict[str, Any], corpus: str) -> Sample:
    """A page as its blocks."""
    blocks = parsed(record)[1].blocks
    known: dict[page.Box, list[str]] = {}
    chains = [[known.setdefault(box, lexicon.names(box)) for box in page.ancestors(block.box)] for block in blocks]
    texts = [block.text for block in blocks]
    label, count = aligned(texts, record.get("gold_text") or "")
    weight = (count + 3) ** 0.7
    return Sample(record, corpus, texts, chains, label, weight / max(1.0, weight.sum()) * WEIGHTS.get(corpus, 1.0))


def parsed(record: dict[str, Any]) -> tuple[head.Head, page.Page]:
    """A record's page."""
    tree = selectolax.lexbor.LexborHTMLParser(record["html"])
    assert tree.body is not None
    return head.read(tree), page.read(tree.body)


def aligned(texts: Sequence[str], gold: str) -> tuple[Any, Any]:
    """For each text the share of its words that the gold text has, in order; and how many words it has."""
    words = [WORD.findall(text) for text in texts]
    owner = [at for at, said in enumerate(words) for _ in said]
    known: dict[tuple[str, ...], int] = {}
    wanted = [known.setdefault(shingle, len(known)) for shingle in shingles(WORD.findall(gold))]
    found = [known.get(shingle, -1 - at) for at, shingle in enumerate(shingles([word for said in words for word in said]))]
    covered = numpy.zeros(len(owner), bool)
    for match in difflib.SequenceMatcher(None, found, wanted, autojunk=False).get_matching_blocks():
        if match.size:
            covered[match.a : match.a + match.size + SHINGLE - 1] = True
    count = numpy.array([len(said) for said in words], FLOAT)
    matched = numpy.bincount(numpy.array(owner, int), covered, len(words)) if len(words) else count
    return matched / numpy.maximum(count, 1), count


def shingles(words: list[str]) -> list[tuple[str, ...]]:
    """Runs of three words."""
    return [tuple(words[at : at + SHINGLE]) for at in range(len(words) - SHINGLE + 1)]


class Words:
    """Which words are weighed: those of elements, and those of short texts, that enough sites have."""

    def __init__(self, samples: Sequence[Sample]) -> None:
        named: dict[str, set[str]] = collections.defaultdict(set)
        said: dict[str, set[str]] = collections.defaultdict(set)
        for one in samples:
            for name in {name for chain in one.chains for names in chain for name in names}:
                named[name].add(one.record["site"])
            for word in {word for text in one.texts for word in spoken(text)}:
                said[word].add(one.record["site"])
        self.named = {name: at for at, name in enumerate(sorted(name for name, sites in named.items() if len(sites) >= SITES))}
        self.said = {word: at for at, word in enumerate(sorted(word for word, sites in said.items() if len(sites) >= SITES))}

    def elements(self, one: Sample) -> Any:
        """For each block its element's names, and how often (up to thrice) those around it have each."""
        counted = []
        for chain in one.chains:
            own = {self.named[name]: 1 for name in chain[0] if name in self.named}
            around = collections.Counter(
                len(self.named) + self.named[name] for names in chain for name in names if name in self.named
            )
            counted.append(own | {at: min(3, count) for at, count in around.items()})
        return matrix(counted, 2 * len(self.named))

    def texts(self, one: Sample) -> Any:
        """For each block its words."""
        return matrix(
            [collections.Counter(self.said[word] for word in spoken(text) if word in self.said) for text in one.texts],
            len(self.said),
        )


def spoken(text: str) -> list[str]:
    """The words of a text by which the model may know it; those of long texts teach nothing."""
    return features.words(text) if len(text) < 400 else []


def matrix(counted: Sequence[dict[int, int]], width: int) -> Any:
    """Sparse rows of counts."""
    ends = numpy.cumsum([0, *map(len, counted)], dtype=numpy.int32)
    columns = numpy.array([at for row in counted for at in row], numpy.int32)
    return scipy.sparse.csr_matrix(
        (numpy.array([n for row in counted for n in row.values()], FLOAT), columns, ends), (len(counted), width)
    )


def lexica(samples: Sequence[Sample], words: Words) -> lexicon.Lexica:
    """The weights of words, by logistic regression over blocks."""
    label = numpy.concatenate([one.label for one in samples]) > 0.5
    weight = numpy.concatenate([one.weight for one in samples])
    elements = regressed(scipy.sparse.vstack([words.elements(one) for one in samples]), label, weight)
    short = numpy.array([bool(spoken(text)) for one in samples for text in one.texts])
    even = numpy.concatenate([one.weight + 0.2 * one.weight.sum() / max(1, len(one.texts)) for one in samples])
    texts = regressed(scipy.sparse.vstack([words.texts(one) for one in samples])[short], label[short], even[short])
    count = len(words.named)
    return lexicon.Lexica(table(words.named, elements[:count]), table(words.named, elements[count:]), table(words.said, texts))


def regressed(rows: Any, label: Any, weight: Any) -> Any:
    """The coefficients of a logistic regression."""
    rows = rows.tocsr()
    rows.indices, rows.indptr = rows.indices.astype(numpy.int32), rows.indptr.astype(numpy.int32)
    fitted = sklearn.linear_model.LogisticRegression(C=0.3, max_iter=100, tol=1e-3).fit(
        rows, label, sample_weight=weight / weight.mean()
    )
    return fitted.coef_[0]


def table(words: dict[str, int], weights: Any) -> dict[str, float]:
    """The words that weigh something."""
    return {word: round(float(weights[at]), 2) for word, at in words.items() if abs(weights[at]) >= LEAST}


def describe(samples: Sequence[Sample], known: lexicon.Lexica) -> None:
    """Give pages their features."""
    for one in samples:
        told, blocks = parsed(one.record)
        rows = features.rows(blocks, told, known)
        one.kept = numpy.array([row is not None for row in rows], bool)
        one.rows = numpy.array([row for row in rows if row is not None], FLOAT).reshape(-1, len(features.NAMES))


def generation(samples: Sequence[Sample], words: Words) -> str:
    """A model from labelled pages, as it is written to the file."""
    for fold in range(FOLDS):
        describe([one for one in samples if one.fold == fold], lexica([one for one in samples if one.fold != fold], words))
    rows = numpy.concatenate([one.rows for one in samples])
    label = numpy.concatenate([one.label[one.kept] for one in samples])
    weight = numpy.concatenate([one.weight[one.kept] for one in samples])
    booster = catboost.CatBoost(
        {
            "loss_function": "CrossEntropy",
            "iterations": TREES,
            "depth": DEPTH,
            "learning_rate": RATE,
            "l2_leaf_reg": 8,
            "rsm": 0.3,
            "border_count": 64,
            "bootstrap_type": "Bernoulli",
            "subsample": 0.7,
            "thread_count": 1,
            "random_seed": 1,
            "verbose": 0,
            "allow_writing_files": False,
        }
    )
    booster.fit(catboost.Pool(rows, label, weight=weight / weight.mean()))
    return written(booster, lexica(samples, words))


def written(booster: Any, known: lexicon.Lexica) -> str:
    """A model as `aggregator.core.extract.model` reads it."""
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "model.json"
        booster.save_model(str(path), format="json")
        told = json.loads(path.read_text("utf-8"))
    trees = [tree(one["splits"], one["leaf_values"]) for one in told["oblivious_trees"]]
    bias = told["scale_and_bias"][1]
    whole = {
        "threshold": THRESHOLD,
        "bias": round(bias[0] if isinstance(bias, list) else bias, 4),
        "lexica": [[" ".join(words), list(words.values())] for words in (known.own, known.around, known.said)],
        "trees": trees,
    }
    return json.dumps(whole, ensure_ascii=False, separators=(",", ":")).replace("],[[", "],\n[[") + "\n"


def tree(splits: list[dict[str, Any]], leaves: list[float]) -> tuple[list[float], list[int]]:
    """A tree's questions (feature and border each), and its leaves in thousandths."""
    asked = [(split["float_feature_index"], round(split["border"], 5)) for split in splits]
    return [value for question in asked for value in question], [round(leaf * 1000) for leaf in leaves]


def scores(one: Sample, known: model.Model) -> tuple[page.Page, list[float]]:
    """What a model says of a page's blocks."""
    told, blocks = parsed(one.record)
    return blocks, [known.score(row) for row in features.rows(blocks, told, known.lexica)]


def guess(one: Sample, known: model.Model) -> None:
    """Label a page that has snippets by what a model makes of it, the surer the weightier, and by the snippets."""
    chance = 1 / (1 + numpy.exp(-numpy.clip(numpy.array(scores(one, known)[1], FLOAT), -30, 30)))
    one.label = numpy.clip((chance - 0.5) * 1.6 + 0.5, 0, 1)
    sure = numpy.abs(2 * chance - 1)
    told = [[" ".join(snippet.split()) for snippet in one.record.get(name) or ()] for name in ("with", "without")]
    for at, text in enumerate(one.texts):
        if any(len(snippet) > 5 and snippet in text for snippet in told[0]):
            one.label[at], sure[at] = 1, 2
        elif any(snippet in text and len(snippet) * 2 > len(text) for snippet in told[1]):
            one.label[at], sure[at] = 0, 2
    even = (numpy.array([len(WORD.findall(text)) for text in one.texts], FLOAT) + 3) ** 0.7
    one.weight = even / max(1.0, even.sum()) * WEIGHTS.get(one.corpus, 1.0) * sure


def train(gold: list[Sample], snippets: list[Sample]) -> str:
    """Two generations."""
    words = Words([*gold, *snippets])
    first = model.read(generation(gold, words))
    for one in snippets:
        guess(one, first)
    return generation([*gold, *snippets], words) if snippets else generation(gold, words)


def validate(gold: list[Sample], snippets: list[Sample], folds: int) -> None:
    """Print the F1 of each corpus, every page extracted by what other sites taught."""
    measured: dict[str, list[tuple[float, float]]] = collections.defaultdict(list)
    for fold in range(folds):
        known = model.read(train([one for one in gold if one.fold % folds != fold], snippets))
        for one in gold:
            if one.fold % folds == fold:
                blocks, found = scores(one, known)
                chosen = choose.choose(blocks.blocks, found, known.threshold)
                measured[one.corpus].append(
                    rates(one.record["gold_text"] or "", "\n".join(blocks.blocks[at].text for at in chosen))
                )
    for corpus, pairs in measured.items():
        precision, recall = numpy.mean([p for p, _ in pairs]), numpy.mean([r for _, r in pairs])
        each = numpy.mean([2 * p * r / (p + r) if p + r else 0.0 for p, r in pairs])
        whole = 2 * precision * recall / (precision + recall)
        print(f"{corpus}: F1 {whole:.4f}, page F1 {each:.4f}, P {precision:.4f}, R {recall:.4f}")


def rates(gold: str, found: str) -> tuple[float, float]:
    """Precision and recall of 4-token shingles."""
    wanted, had = (
        collections.Counter(zip(*(words[at:] for at in range(4)), strict=False))
        for words in (WORD.findall(gold), WORD.findall(found))
    )
    common = (wanted & had).total()
    return common / max(1, had.total()), common / max(1, wanted.total())


def main() -> None:
    """Train, or validate."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gold", nargs="+", required=True)
    parser.add_argument("--snippets", nargs="*", default=[])
    parser.add_argument("--out", type=pathlib.Path)
    parser.add_argument("--folds", type=int, default=0)
    options = parser.parse_args()
    gold, snippets = load(options.gold), load(options.snippets)
    if options.folds:
        validate(gold, snippets, options.folds)
    if options.out:
        options.out.write_text(train(gold, snippets), "utf-8")


if __name__ == "__main__":
    main()
