"""A feed aggregator and republisher: polls sources, cleans and merges their entries, publishes curated outputs."""

__version__ = "0.1.0"
