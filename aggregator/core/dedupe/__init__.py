"""The same article again: within a source by identity, across sources by link and text."""

from aggregator.core.dedupe import identity, near, revision

Article = near.Article
Identified = identity.Identified
Known = identity.Known
Verdict = near.Verdict

early_keys = identity.early_keys
every_key = identity.every_key
hash_of = identity.hash_of
identify = identity.identify
judge = near.judge
link_key = near.link_key
material = revision.material
text_key = near.text_key
