"""Extraction: the article out of a whole page, and into the entry whose feed only carried a teaser."""

from aggregator.core.extract import article, charset, teaser

Extracted = article.Extracted

decode = charset.decode
extract = article.extract
fill = teaser.fill
is_teaser = teaser.is_teaser
