"""The way of the data: refresh a source, absorb what it brought, republish the outputs it feeds.

refresh     source, state -> fetch -> parse -> fresh -> pages -> clean -> outcome
absorb      outcomes -> identify -> judge -> one transaction: entries, validators, due times, news
republish   store, feeds.yaml -> curate -> render -> check -> publish if the bytes differ
"""
