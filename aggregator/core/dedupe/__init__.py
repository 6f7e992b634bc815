"""The same article again: within a source by identity, across sources by link, text and title; and what tells the same story."""

from aggregator.core.dedupe import (
    breaker,
    copies,
    evidence,
    frequencies,
    head,
    identity,
    near,
    placing,
    revision,
    shelf,
    sketch,
    story,
    tokens,
    verdicts,
)

Articles = shelf.Articles
Change = breaker.Change
Choice = head.Choice
Clock = shelf.Clock
Decision = verdicts.Decision
Frequencies = frequencies.Frequencies
pack_cells, unpack_cells = frequencies.pack_cells, frequencies.unpack_cells
Grouped = verdicts.Grouped
Identified = identity.Identified
Item = copies.Item
Known = identity.Known
Member = head.Member
Placed = placing.Placed
Read = tokens.Read
Shown = head.Shown
Sketch = sketch.Sketch
Stories = shelf.Stories
Story = story.Story
Told = placing.Told
Topic = story.Topic
Verdict = near.Verdict
Words = story.Words

HOLDERS = shelf.HOLDERS
SHARE = breaker.SHARE
STORIES = shelf.STORIES
STORY_LASTS = story.LASTS
WINDOW = copies.WINDOW

choose_head = head.choose_head
duplicate = copies.judge
describe = identity.describe
early_keys = identity.early_keys
every_key = identity.every_key
hash_of = identity.hash_of
identify = identity.identify
join_story = story.join
judge_all = shelf.judge_all
keys = sketch.keys
link_key = near.link_key
material = revision.material
pack = sketch.pack
pack_story = story.pack_story
place_all = placing.place_all
preferred = evidence.preferred
promising = shelf.promising
read = tokens.read
regroup = verdicts.regroup
rewritten = copies.rewritten
said = evidence.said
shown = head.shown
sketched = sketch.sketch
stays = copies.stays
stories_wanted = placing.wanted
story_keys = story.story_keys
story_of = story.story
topic = story.topic
trips = breaker.trips
unpack = sketch.unpack
unpack_story = story.unpack_story
words_of = story.words_of
