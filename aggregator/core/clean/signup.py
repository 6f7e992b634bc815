"""The rule `signup`."""

from __future__ import annotations

import dataclasses
from typing import ClassVar

from aggregator.core.clean import wording
from aggregator.core.clean.article import Article, Block

_CONSENT = wording.Section("signup.consent")
_INVITED = wording.Section("signup.invited")
_OPENING = wording.Section("signup.opening")
_FORM = ("please enter a valid email", "please enter a valid e-mail", "choose your country", "check the box if you do not wish to")


@dataclasses.dataclass(frozen=True, slots=True)
class Signup:
    """Invitations to newsletters and the small print of their forms: `By signing up, you agree to …`.

    By wording, in one short block; what somebody says (it begins with a quotation mark) stays.
    """

    name: ClassVar[str] = "signup"
    kind: ClassVar[str] = "newsletter"
    longest: int = 420  # characters: longer blocks carry something else besides
    longest_form: int = 6_000  # of a whole form: its list of countries came along

    def run(self, article: Article) -> Article:
        """The article without such blocks, wherever they stand."""
        forms = [i for i, block in enumerate(article.blocks) if wording.LONGEST < len(block.text) <= self.longest_form]
        positions = {*article.hinted(self.name), *forms}
        return article.without(self, [i for i in positions if self._invites(article.blocks[i])])

    def _invites(self, block: Block) -> bool:
        if len(block.text) > wording.LONGEST:
            return wording.holds(block.text.lower(), *_FORM)
        if block.quoted or block.kind not in ("paragraph", "heading", "list", "other"):
            return False
        if _CONSENT.fits(block.said):
            return len(block.text) <= 2 * self.longest
        return len(block.text) <= self.longest and (_OPENING.fits(block.said) or _INVITED.fits(block.said))
