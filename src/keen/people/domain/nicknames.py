"""Given names that are used for one another."""

from functools import cache
from typing import Final

# One family a line. A name may stand in several families; families are not joined over it.
_FAMILIES: Final = """
alexander alex alec sascha sasha xander sandro
alexandra alex alexa sandra sascha sasha
andrew andy drew
andreas andi andy
anthony tony
anton toni
antonio toni tono
benjamin ben benny
bernard bernie
bernhard bernd
charles charlie chuck
catherine kate kathy cathy katherine kathryn katharine cat
katharina kathi kati katja katrin kathrin catharina
christian chris
christina chris christine tina kristina kristin
christopher chris christoph kit
daniel dan danny
david dave
deborah deb debbie debra
dorothea thea doro dorothee
edward ed eddie ted ned
elisabeth elizabeth liz beth betty lisa elsbeth sissi lisbeth
elizabeth liz lizzie beth betty eliza libby
eugene gene
florian flo
francis frank
francisco paco pancho
frederick fred freddy
friedrich fritz friedel
gabriele gabi gaby gabriela
georg schorsch jorg
gerald gerry jerry
gerhard gerd gert
gregory greg
guillermo memo
gunther gunter guenter guenther
hans johannes johann hannes
harold harry hal
heinrich heinz heini
helena lena helene
henry harry hank
isabel isa isabell isabelle
jacob jake jakob
jaime jim
james jim jimmy jamie
jennifer jen jenny
jessica jess jessie
joachim jochen achim
john jack johnny jon
jonathan jon
josef sepp joseph joe
jose pepe
joseph joe joey
joshua josh
judith judy
jurgen juergen
kenneth ken kenny
konrad conrad
lawrence larry laurence
leonard leo len
louis lou
ludwig lutz
manfred manni manfredo
manuel manolo manu
margaret maggie meg peggy margie
margarete grete gretel margret margarethe
maria mia maja
mary molly polly
matthew matt
matthias mathias matze matthew
maximilian max
melanie mel
michael mike mick mickey michi mitch
nathaniel nathan nate
nicholas nick nicolas
nikolaus klaus niko nico
patricia pat patty trish
patrick pat paddy
peter pete
philip phil philipp phillip
raymond ray
rebecca becky beck
richard rick dick rich ricky
robert bob rob bobby robbie bert
ronald ron ronnie
rudolf rudi rolf
samuel sam
samantha sam
sebastian basti
sigrid siri
stephanie steffi steph stefanie
stephen steve steven
stefan stephan steffen
susan sue susie suzanne
susanne susi sanne
theodor theo
theresa terry tess teresa resi
thomas tom tommy
timothy tim
ulrich uli ulli
ulrike uli ulli
vincent vince
walter walt
wilhelm willi willy
william bill will billy liam willy
wolfgang wolf wolfi
"""


@cache
def _families() -> dict[str, frozenset[int]]:
    found: dict[str, set[int]] = {}
    for number, line in enumerate(_FAMILIES.split("\n")):
        for name in line.split():
            found.setdefault(name, set()).add(number)
    return {name: frozenset(numbers) for name, numbers in found.items()}


def same_given_name(a: str, b: str) -> bool:
    """Whether two folded given names are used for the same person: "bill" and "william", "hans" and "johannes"."""
    if a == b:
        return True
    families = _families()
    return bool(families.get(a, frozenset()) & families.get(b, frozenset()))
