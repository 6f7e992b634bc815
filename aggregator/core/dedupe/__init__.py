"""The same article again: within a source by identity, across sources by link, text and title; and what tells the same story."""

from aggregator.core.dedupe import copies, frequencies, head, identity, near, revision, shelf, sketch, story, tokens

Article = near.Article
Articles = shelf.Articles
Choice = head.Choice
Clock = shelf.Clock
Frequencies = frequencies.Frequencies
Identified = identity.Identified
Item = copies.Item
Known = identity.Known
Member = head.Member
Read = tokens.Read
Sketch = sketch.Sketch
Stories = shelf.Stories
Story = story.Story
Topic = story.Topic
Verdict = near.Verdict

choose_head = head.choose_head
duplicate = copies.judge
early_keys = identity.early_keys
every_key = identity.every_key
hash_of = identity.hash_of
identify = identity.identify
join_story = story.join
judge = near.judge
judge_all = shelf.judge_all
keys = sketch.keys
link_key = near.link_key
material = revision.material
pack = sketch.pack
pack_story = story.pack_story
read = tokens.read
sketched = sketch.sketch
story_keys = story.story_keys
story_of = story.story
text_key = near.text_key
topic = story.topic
unpack = sketch.unpack
unpack_story = story.unpack_story
