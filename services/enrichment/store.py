"""What enrichment reads from elsewhere: the names people have, from Faker's lists and a list of our own; and of which records the text was
erased."""

from __future__ import annotations

import pkgutil
import re
from collections.abc import Iterator, Sequence
from functools import cache
from importlib import import_module

from faker.providers import person
from sqlalchemy import Connection, text

from chassis import database
from services.enrichment.domain.names import Lexicon, fold, lexicon

# Names common in the United Kingdom's hospitals that Faker's Latin-script lists lack or have few of, and short forms.
_MORE_FIRST = """
    steve dave mike pete gary kev trev mags chels tez bev trish maz daz gaz phil stu geoff nige tricia debbie liz viv shaz gaz baz jules lou jacqui debs carole janice maureen doreen
    angharad ffion dilys bronwen gwenllian cerys carys rhian rhiannon sian nerys eluned eirlys myfanwy mair megan seren eira
    lowri catrin bethan nia nesta olwen heulwen aled emyr dewi geraint gethin gareth iolo ieuan idris ifan rhodri rhys owain
    cledwyn ceri alun glenys gwladys gwyneth mari elin sioned siwan eleri non cadi efa nanw tegan dilwyn gwyn hefin ifor
    huw hywel llyr osian meirion arwel elwyn emrys gwilym dafydd tomos macsen
    aoife siobhan sinead niamh caoimhe roisin orlaith grainne saoirse aisling ciara bronagh mairead eilidh mhairi catriona
    fionnuala oisin cillian eoin padraig diarmuid fergal donal tadhg ruairi cormac conor hamish callum fraser ewan
    priya anjali deepa kavita sunita rekha meena lakshmi nisha pooja shreya aishwarya divya harpreet gurpreet manpreet jaspreet
    simran amrit kulwinder sukhdev baljit jasbir rajesh suresh ramesh mahesh sanjay vijay arjun vikram nikhil rohan ravi
    anil sunil ganesh karthik senthil murugan thanuja dilshan chaminda nimal kumari shabnam parveen rukhsana nasreen shazia
    farzana tahira yasmin ayesha fatima zainab khadija maryam hamza bilal usman imran faisal tariq asif nadeem yusuf ibrahim
    ismail abdul mohammed muhammad mohamed ahmed syed hussein iqbal ikram
    abdirahman abdullahi abdi hodan amina halima fadumo ifrah sahra ayaan warsame
    bukola folasade folake yetunde titilayo temitope tunde babatunde olumide oluwaseun oluwatobi ayodele adebayo adaeze
    ngozi nkechi nneka chioma chidi chinedu chukwuma emeka ifeoma ifeanyi obinna kelechi uchenna amaka adaobi kwame kofi kwabena
    kojo akosua ama abena efua esi yaw tendai tatenda tapiwa rumbidzai nyasha chipo farai thandiwe sipho nomsa lindiwe
    wanjiru njoroge kamau achieng otieno latoya shanice delroy winston leroy keisha
    agnieszka malgorzata beata aneta dorota ewa zofia halina jolanta grazyna katarzyna tomasz wojciech grzegorz krzysztof
    zbigniew slawomir jaroslaw marek pawel mateusz lukasz andrei ioana mihaela gheorghe ionut florin catalin bogdan
    oleksandr volodymyr olena oksana svitlana iryna natalia
    wei ming jing xiaoli xiaoming yan ying hui fang juan mei ling lihua jian jun hao xin yuting wenli wen-li chun hong siew
    ji-woo jiwoo minji min-ji hyun seo-yeon yuki haruto sakura kenji hiroshi
    thi nguyen linh huong thuy phuong hoa minh duc tuan quang
    jhun jhoanna rowena marites maricel rosalinda josefina teresita lorna imelda reynaldo
"""
_MORE_LAST = """
    li ng wu xu yu liu zhang wang chen yang huang zhao zhou sun zhu gao lin luo zheng liang xie tang deng cheung wong leung
    chan kwok lau cheng tsang tse yip chow lam tan teo goh ong lim koh chua toh kim park choi jung kang cho yoon jang nguyen
    tran pham hoang phan vu vo dang bui ngo duong
    achebe adeyemi adebayo afolabi okafor okonkwo okoro nwachukwu nwosu eze nnamdi balogun bankole obi okeke onyeka ibekwe
    osei mensah boateng owusu asante appiah agyeman amoah addo antwi ofori mbeki dlamini ndlovu moyo ncube sibanda
    mwangi kariuki odhiambo warsame abdi farah hassan jama
    patel shah singh kaur gill sandhu dhillon begum akhtar khan hussain ali malik sheikh chaudhry bhattacharya banerjee
    mukherjee subramaniam krishnan venkatesan perera fernando silva jayasinghe rajapaksa
    kowalska kowalski nowak wojcik wisniewski wisniewska zielinski zielinska lis kaczmarek mazur popescu ionescu dumitru
    prosser pugh llewellyn tudor probert bevan parry pritchard prydderch gwynne
    dos-santos de-souza santos reyes cruz bautista villanueva dela
"""
_NAME = re.compile(r"[a-z][a-z'-]+")


@cache
def load_lexicon() -> Lexicon:
    """First and last names of every locale of Faker, in Latin letters; read once per process (about half a second)."""
    first: set[str] = set()
    last: set[str] = set()
    for module in pkgutil.iter_modules(person.__path__):
        provider = import_module(f"{person.__name__}.{module.name}").Provider
        first.update(_listed(provider, "first_name"))
        last.update(_listed(provider, "last_name"))
    return lexicon(first.union(_MORE_FIRST.split()), last.union(_MORE_LAST.split()))


def _listed(provider: type, kind: str) -> Iterator[str]:
    """The words of each list of this kind: a tuple, a mapping to weights, or tuples of spellings."""
    for attribute in dir(provider):
        values = getattr(provider, attribute)
        if kind in attribute and isinstance(values, (tuple, list, dict)):
            spellings = (s for value in values for s in ((value,) if isinstance(value, str) else value))
            yield from (word for s in spellings for word in s.split() if _NAME.fullmatch(fold(word)))


# ---- erased ----------------------------------------------------------------------------------------------------


def lock_text(tx: Connection, record_id: str, alone: bool = False) -> None:
    """Until `tx` ends texts of a record are either taken in or erased (`alone`), never both at once."""
    database.hold_name(tx, f"text {record_id}", shared=not alone)


def is_erased(tx: Connection, record_id: str) -> bool:
    erased = text("select 1 from erased where record_id = cast(:id as uuid)")
    return tx.execute(erased, {"id": record_id}).first() is not None


def forget_text(tx: Connection, records: Sequence[str]) -> dict[str, int]:
    """Drop jobs about records, waiting for those being done, and then what was told of them, sent or not; how many of each."""
    for one in sorted(records):
        lock_text(tx, one, alone=True)
    named = {"ids": list(records)}
    tx.execute(
        text("insert into erased (record_id) select unnest(cast(:ids as uuid[])) on conflict do nothing"),
        named,
    )
    jobs = tx.execute(text("delete from jobs where about = any(:ids)"), named).rowcount
    told = tx.execute(text("delete from outbox where headers->>'about' = any(:ids)"), named).rowcount
    return {"jobs": jobs, "outbox": told}
