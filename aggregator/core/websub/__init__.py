"""What to subscribe to at which hub, when to renew, and how far a hub is trusted (WebSub, W3C Recommendation, 23 January 2018)."""

from aggregator.core.websub.announced import Announced as Announced
from aggregator.core.websub.announced import Place as Place
from aggregator.core.websub.announced import announced as announced
from aggregator.core.websub.signature import signed as signed
from aggregator.core.websub.steps import accepts as accepts
from aggregator.core.websub.steps import begun as begun
from aggregator.core.websub.steps import denied as denied
from aggregator.core.websub.steps import due as due
from aggregator.core.websub.steps import expired as expired
from aggregator.core.websub.steps import failed as failed
from aggregator.core.websub.steps import form as form
from aggregator.core.websub.steps import left as left
from aggregator.core.websub.steps import revised as revised
from aggregator.core.websub.steps import verified as verified
from aggregator.core.websub.subscription import STATES as STATES
from aggregator.core.websub.subscription import Subscription as Subscription
from aggregator.core.websub.trust import Seen as Seen
from aggregator.core.websub.trust import delivered as delivered
from aggregator.core.websub.trust import judged as judged
from aggregator.core.websub.trust import missed as missed
from aggregator.core.websub.trust import rested as rested
