"""The rule `signup`."""

from __future__ import annotations

import dataclasses
from typing import ClassVar

from aggregator.core.clean import wording
from aggregator.core.clean.article import Article, Block

_CONSENT = wording.start(
    r"we use your sign-?up to (?:provide|send|give|offer)\b",
    r"by (?:signing up|subscribing|registering|entering your e-?mail|submitting your (?:e-?mail|information)|providing your e-?mail"
    r"|clicking (?:\"?(?:sign up|subscribe|submit)\"?)),? (?:to this newsletter,? )?(?:you|i)\b",
    r"(?:this site|this form) is protected by recaptcha",
    r"(?:please )?enter (?:a valid|your) e-?mail(?: address)?(?: to (?:sign up|subscribe|receive|get)| below|\W*\Z)",
    r"(?:thank you|thanks) for (?:signing up|subscribing)(?: to| for|[.!]| \W|\Z)",
    r"(?:you have|you've) (?:been )?successfully (?:subscribed|signed up)",
    r"(?:you can|you may) unsubscribe at any time",
    r"(?:please )?check your (?:inbox|e-?mail) to confirm your (?:subscription|e-?mail)",
    r"(?:an error|something) (?:occurred|went wrong) while submitting",
    r"mit (?:der|ihrer|deiner) (?:anmeldung|registrierung) (?:stimm|akzeptier|erklär)\w+ (?:sie|du)",
    r"en vous (?:inscrivant|abonnant),? vous acceptez",
    r"al (?:suscribirte|registrarte|suscribirse),? (?:aceptas|acepta)\b",
    r"iscrivendoti,? accetti|ao (?:se inscrever|assinar|subscrever),? (?:você )?(?:concorda|aceita)",
    r"door je (?:in|aan) te (?:schrijven|melden) ga je akkoord",
    r"нажимая на кнопку|подписываясь,? вы соглашаетесь",
)
_LETTER = r"(?:news ?letters?|mailing list|e-?mail (?:list|updates?|alerts?|briefing|digest)|daily (?:brief|briefing|digest|email)|(?:weekly|morning|evening) (?:briefing|digest|email|roundup))"
_INVITED = wording.anywhere(
    rf"(?:\A|[.!?:»*\"|] ?\W{{0,3}})(?:please |to )?(?:sign up|sign-up|signup|subscribe|register)\b[^.!?]{{0,90}}?\b{_LETTER}",
    rf"\A\W*(?:get|receive|want|join|have)\b[^.!?]{{0,80}}?\b{_LETTER}\b[^!?]{{0,60}}(?:inbox|sign up|subscribe|free|every|e-?mail)",
    r"\b(?:get|receive|want|have|let|read|enjoy)\b[^.!?]{3,120}\b(?:delivered|sent|straight|directly|right|meet|in|come)\b[^.!?]{0,30}\byour (?:e-?mail )?inbox\b",
    r"\A\W*(?:sign up|subscribe|register)\b[^.!?]{0,60}\b(?:inbox|our (?:daily|weekly|free|morning|e-?mail)|to receive (?:the|our|daily|weekly|breaking))",
    rf"\b{_LETTER} (?:- )?(?:sign up|subscribe) (?:to|for|now|here|today)",
    r"\A\W*(?:subscribe|sign up) (?:to|for) [^.!?]{2,60}: ?https?://\S+\W*\Z",
    r"\byou (?:can|may) unsubscribe (?:at )?any ?time\b",
    r"\A\W*manage (?:your )?newsletters\W*\Z",
    r"newsletter (?:abonnieren|bestellen)|(?:für|zu)[^.!?]{0,40}newsletter an(?:melden)?\b",
    r"(?:abonnieren sie|abonniere|bestellen sie|hier geht es zu)[^.!?]{0,50}newsletter",
    r"(?:inscrivez-vous|abonnez-vous|s'inscrire|s'abonner)[^.!?]{0,50}(?:newsletter|infolettre|lettre d'information)",
    r"recevez[^.!?]{0,80}(?:newsletter|infolettre|boîte (?:mail|de réception))",
    r"(?:suscr[ií]b(?:ete|ase|irse)|ap[uú]ntate|reg[ií]str(?:ate|ese)|inscr[ií]bete)[^.!?]{0,60}(?:newsletter|bolet[ií]n)",
    r"recib[ea][^.!?]{0,80}en tu (?:correo|bandeja|e-?mail)",
    r"(?:iscriviti|abbonati|registrati)[^.!?]{0,50}newsletter",
    r"ricevi[^.!?]{0,80}(?:newsletter|nella tua (?:casella|mail|posta))",
    r"(?:assine|inscreva-se|subscreva|cadastre-se)[^.!?]{0,50}(?:newsletter|boletim)",
    r"receba[^.!?]{0,80}(?:newsletter|no seu e-?mail)",
    r"(?:schrijf je|meld je|abonneer je|schrijf u|meld u)[^.!?]{0,60}(?:nieuwsbrief|nieuwsbrieven)",
    r"(?:prenumerera på|anmäl dig till|skriv upp dig)[^.!?]{0,50}nyhetsbrev",
    r"(?:tilmeld dig|få)[^.!?]{0,50}(?:vores|gratis) nyhedsbrev",
    r"(?:meld deg på|abonner på|få)[^.!?]{0,40}(?:vårt|vårt gratis) nyhetsbrev",
    r"tilaa[^.!?]{0,40}uutiskir|zapisz się[^.!?]{0,40}newsletter",
    r"(?:přihlaste se|odebírejte)[^.!?]{0,50}(?:newsletter|novinek)",
    r"подпи(?:шитесь|сывайтесь|шись) на[^.!?]{0,50}(?:рассылк|новост)",
    r"підпи(?:шіться|шись|суйтесь) на[^.!?]{0,50}(?:розсилк|новин)",
    r"bülten(?:imize|ine)[^.!?]{0,30}(?:abone|kaydol|üye)",
    r"(?:メールマガジン|ニュースレター|メルマガ)(?:に|の|を)?(?:登録|購読)",
    r"(?:订阅|訂閱)(?:我们的|我們的)?[^。！？]{0,12}(?:电子报|電子報|通讯|通訊|简报|邮件|電郵)",
    r"뉴스레터[^.!?]{0,8}(?:구독|신청)|اشترك في[^.!?]{0,20}نشرت",
)
_CUES = (
    *(
        "mail",
        "newsletter",
        "news letter",
        "inbox",
        "daily",
        "weekly",
        "morning",
        "evening",
        "sign up",
        "sign-up",
        "signup",
        "subscribe",
    ),
    *(
        "register",
        "infolettre",
        "lettre d'info",
        "boîte",
        "bolet",
        "correo",
        "bandeja",
        "casella",
        "posta",
        "nieuwsbrie",
        "nyhetsbrev",
    ),
    *(
        "nyhedsbrev",
        "uutiskir",
        "novinek",
        "рассылк",
        "новост",
        "розсилк",
        "новин",
        "bülten",
        "メール",
        "メルマガ",
        "ニュースレター",
    ),
    *("订阅", "訂閱", "뉴스레터", "نشرت"),
)
_FORM = wording.anywhere(r"please enter a valid e-?mail", r"choose your country", r"check the box if you do not wish to receive")
_QUOTES = ('"', "'", "«", "»", "「")


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
        return article.without(self, [i for i, block in enumerate(article.blocks) if self._invites(block)])

    def _invites(self, block: Block) -> bool:
        if not block.text or block.folded.startswith(_QUOTES):
            return False
        if _CONSENT.match(block.folded):
            return len(block.text) <= 2 * self.longest
        if len(block.text) > self.longest and not (len(block.text) <= self.longest_form and _FORM.search(block.text.lower())):
            return False
        return wording.holds(block.folded, *_CUES) and _INVITED.search(block.folded) is not None
