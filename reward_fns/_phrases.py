"""The phrases by which a reply states its choice, as patterns; see ``_stated`` for their use."""

import re

from reward_fns._marks import LETTER
from reward_fns._text import BOXED, JSON

NOUN = re.compile(
    rf"(?P<sign>[{BOXED}{JSON}])"
    r"|(?<![A-Za-z])(?P<noun>(?<!to )answers?(?!\s(?:choices|options|key|with|using|from|the|each))"
    r"|(?:option|choice)(?!s|\s{0,2}[\"'(\[]{0,2}[A-Za-z]\b)|selection|prediction|conclusion"
    r"|verdict"
    r"|(?:likely|plausible|probable|appropriate|suitable|reasonable|logical|accurate|correct|best)"
    r" (?:next |future |following )?"
    r"(?:event|outcome|action|scenario|continuation|description|response|result|one|letter|step"
    r"|candidate|statement|ending|explanation|next|match|fit)"
    r"|next (?:event|step|thing|action|one)|respuesta|réponse|antwort|risposta|resposta"
    r"|ответ)(?![A-Za-z])"
    r"|(?P<cjk>答案|正确的?选项|正確答案|正解|答え|正답|정답|最佳选项)",
    re.I,
)
LINK = re.compile(
    r"\b(?:(?:can|could|would|should|must|may|might|will|is|are|was|has to|have to|seems to"
    r"|appears to|likely to|going to)(?:n't| not| never)?\s{1,3}(?:\w{2,12}ly\s{1,3})?)?"
    r"(?:be|is|are|was|isn't|wasn't|est|es|ist|è|é)\b(?:\s{1,3}(?:not|never))?"
    r"|:|=|->|→|(?<=\s)-(?=\s)|'s\b|是|为|應該|应该?|選|选|は|은|는",
    re.I,
)
BUT = re.compile(r"\b(?:but|rather|instead|it's|it is|is)\b|而是|应该是|[,;:]", re.I)
FILLER = re.compile(
    r"""[\s"'(\[{<:=>~,.\-→✅✓☑👉]{0,12}(?:(?:most|more|likely|probably|clearly|definitely"""
    r"""|therefore|thus"""
    r"|indeed|obviously|simply|just|actually|perhaps|possibly|hence|then|still|now|that|would be"
    r"|to be"
    r"|be|is|option|choice|letter|answer|number|statement|scenario|the|labell?ed|marked|given by|"
    r"i think|i believe|i'd say|either|both|correct|as follows|of course|not|never|neither|between"
    r"|json|opción|opcion|opção|réponse|la|l'option|der|die)"
    r"(?![A-Za-z])|选项|選項|选|選|是|为|项|应该|应|不)",
    re.I,
)
GAP = re.compile(r"""[\s:=>~,.\-→✅✓☑👉"]{0,8}""")
SENTENCE_END = re.compile(r"[.!?](?=\s|$|[\"')])|[。!?\n]")
DENY = re.compile(r"\b(?:not|never|cannot|neither|nor)\b|n't\b|不|非", re.I)
HEDGE = re.compile(r"\b(?:could|might|may|possibly|perhaps|can)\b", re.I)
UNREAL = re.compile(
    r"\b(?:if|whether|suppose|assuming|unless)\s+(?:[\w-]{1,12}\s+){0,3}$"
    r"|\b(?:is|was|could|would|might|are)\s+(?:the|my|this)\s+(?:[\w-]{1,12}\s+){0,2}$",
    re.I,
)
WRONG_NOUN = re.compile(
    r"\b(?:each|every|all|these|other|another|wrong|incorrect|per|any|eliminated|bad|worst|first"
    r"|second|least|which|what|what's|an|not the|tempting|possible|their|unlikely|second-best)\s+"
    r"(?:(?:most|likely|next)\s+){0,2}$",
    re.I,
)
PREDICATE = re.compile(
    r"(?P<be>\b(?:is|are|was|would be|must be|should be|sounds|seems(?: to be)?|appears to be|looks"
    r"|has to be|will be|remains|might be|could be|may be|can be|be)(?P<no1>n't)?"
    r"|\b(?:isn't|aren't|can't be|cannot be|wasn't))\s{1,3}"
    r"(?P<adv>(?:(?:not|the|my|most|better|clearly|definitely|likely|probably|therefore|thus"
    r"|indeed|only|single"
    r"|more|also|actually|obviously|both|hence|still|then|overall|by far|a|never|one|our|"
    r"your)\s{1,3}){0,5})"
    r"(?P<key>correct|accurate|right(?!\s+(?:of|side|hand|edge|wall|corner|next|behind|after"
    r"|before|now))"
    r"|answer|best|better|closest|likely(?<=most likely)|likely(?<=more likely)|plausible"
    r"|choice|true"
    r"|one(?= that)"
    r"|(?:appropriate|reasonable|logical|suitable|probable|consistent|sensible)"
    r"|incorrect|wrong)(?![A-Za-z-])"
    r"|(?<=[^A-Za-z](?-i:[A-Z]): )(?:correct|right|yes)\b|\bbest\s{1,2}(?:\w{3,12}s)\b|\b(?:fits"
    r"|matches|describes|explains|captures)(?:\s\w{1,12}){0,4} best\b"
    r"|\b(?:fits|matches)(?=\s*[.!]?\s*$)"
    r"|\b(?:makes|make) the most sense\b|(?:(?P<cno>不|错误|錯誤)|是|为|選項|选项|最)?(?:正确"
    r"|正確|合适|符合|对的|合理)",
    re.I,
)  # fmt: skip
PICK = re.compile(
    r"(?:\b(?:i|we|i'd|i'll|i'm|i've|we'd|let's|let us|therefore|so|thus|hence|me)\b[ ,]{1,3}"
    r"(?:(?:would|will|am|can|must|should|have|do|did|to|confidently|therefore|thus|probably|also"
    r"|rather|then|now|finally|going|not|n't|don't|won't|wouldn't|select|hereby)\s{1,3}){0,4}"
    r"|(?:^|[.!?\n])[ \t]{0,4}|\bmy (?:pick|guess|vote|bet|call)\s{1,3}(?=is|goes))"
    r"(?:choose|chose|chosen|choosing|pick|picked|picking|select|selected|selecting|go with"
    r"|going with"
    r"|went with|go for|opt(?:ed)? for|settled? on|decided? on|stick(?:ing)? with|vote for|say"
    r"|guess|answer(?: with)?|conclude"
    r"(?: that)?(?: it is)?|believe(?: that)?(?: it's| it is)?|find|predict|expect|prefer|favou?r"
    r"|think(?: that)?(?: it's| it is)?"
    r"|lean(?:ing)? (?:toward|towards|to)|is|goes to|goes for)\b|(?:我|故|应|應|所以|因此"
    r"|则)?(?:选择|選擇|选|選)(?!项|項)",
    re.I,
)
FIX = re.compile(
    r"(?:\b(?:wait|actually|sorry|correction|scratch that|hmm|oops|on second thought|i mean"
    r"|i meant|changed? (?:my|the) (?:mind|answer)(?: to)?|rather|no)\b[ \t.,:!…\-]{0,6}){1,5}"
    r"(?:(?:it's|it is|it should be|it must be|should be|that's|make that|make it|to)\s{1,3})?",
    re.I,
)
IT_IS = re.compile(
    r"\b(?:(?:[Ll]ooks|[Ss]eems|[Ff]eels) like|(?:[Ii]t|[Tt]his|[Tt]hat)(?:'s|\s(?:"
    r"is(?: (?:most |very )?(?:likely|probably)(?: to be)?)?"
    r"|must be|should be|would be|will be|has to be|can only be|isn't"
    r"|can't be|cannot be|is not)))\s{1,3}(?=[\"'(]{0,2}(?:(?:[Oo]ption"
    r"|[Cc]hoice)\s)?[\"'(]{0,2}[A-Z]\b)"
)
ONLY = re.compile(
    r"\b(?:only|(?<=[Tt]hat )leaves|(?<=[Tt]his )leaves|(?<=[Ww]hich )leaves|leaving|left with"
    r"|remaining is|remains?|down to)(?: us)?(?: with)?(?: only)?\s{1,3}"
    r"(?=[\"'(]{0,2}(?:(?:[Oo]ption|[Cc]hoice)\s)?[\"'(]{0,2}[A-Z]\b)"
)
MAKES = re.compile(
    r"\bmak(?:e|es|ing)\s{1,2}(?=[\"'(]{0,2}(?:[Oo]ption )?[\"'(]?[A-Z]\b[\"')]{0,2}\s"
    r"(?:the (?:best|most|answer|correct|right|only|likeliest)|correct|right|more|most))"
)
MAYBE = re.compile(r"\b(?:[Cc]ould|[Mm]ight|[Mm]ay)(?: also)? be\s{1,3}(?=[\"'(]{0,2}[A-Z]\b)")
NOT_BUT = re.compile(
    r"\bnot\s{1,2}[\"'(]{0,2}(?:option )?[A-Z]\b[\"')]{0,2},?\s{1,2}but(?: rather)?\s{1,2}", re.I
)
ANY_MARK = re.compile(r"""["'(\[]{0,2}""" + LETTER)
DOUBT = re.compile(r"(?:\bnot|n't)\s(?:think|believe|say|sure)(?:\s(?:that|if|whether))?\s$", re.I)
FINAL = re.compile(r"\b(?:final|therefore|thus|hence|overall|conclusion)\b|最终|综上|因此", re.I)
