"""Which sport's drawing a banner shows: free text in, the name of a drawing in the banners' kit out."""

import re
import unicodedata
from functools import lru_cache

DEFAULT_MOTIF = "star"
"""A star on a shield, for every sport not listed and for none."""

MOTIF_WORDS: dict[str, str] = {
    "baseball": (
        "baseball, base ball, tee ball, t ball, tball, beisbol, beisebol, бейсбол, 野球, 棒球, 야구"
    ),
    "softball": (
        "softball, soft ball, fastpitch, fast pitch, slow pitch, sofbol, софтбол, 垒球, ソフトボール"
    ),
    "basketball": (
        "basketball, basket ball, basket, hoops, baloncesto, basquetbol, basquete, basquet, basquetebol, "
        "pallacanestro, koszykowka, koripallo, баскетбол, 篮球, 籃球, バスケットボール, バスケ, 농구, "
        "كرة السلة, כדורסל, μπασκετ, บาสเกตบอล"
    ),
    "football": (
        "american football, flag football, tackle football, arena football, gridiron, "
        "football americano, futbol americano, futebol americano, football americain, pee wee football, "
        "youth football, varsity football, pop warner, football"
    ),
    "soccer": (
        "soccer, association football, football club, futsal, futbol, futebol, fussball, fußball, "
        "calcio, voetbal, fotbal, fotboll, fotball, fodbold, nogomet, pilka nozna, jalkapallo, foot, "
        "футбол, ποδοσφαιρο, كرة القدم, כדורגל, 足球, サッカー, 축구, ฟุตบอล, bong da, फुटबॉल"
    ),
    "volleyball": (
        "volleyball, volley ball, volley, beach volleyball, voleibol, volei, pallavolo, siatkowka, "
        "lentopallo, волейбол, 排球, バレーボール, 배구, الكرة الطائرة, כדורעף, วอลเลย์บอล"
    ),
    "hockey": (
        "hockey, ice hockey, roller hockey, street hockey, inline hockey, floor hockey, eishockey, "
        "ishockey, jaakiekko, hokej, hoquei, хоккей, 冰球, アイスホッケー, ホッケー, 하키, الهوكي"
    ),
    "tennis": "tennis, tenis, теннис, 网球, テニス, 테니스, التنس, טניס, เทนนิส",
    "rugby": ("rugby, rugby union, rugby league, touch rugby, regbi, регби, 橄榄球, ラグビー, 럭비, الرغبي"),
    "lacrosse": "lacrosse, lax, box lacrosse, лакросс, ラクロス, 라크로스",
    "cricket": "cricket, criquet, крикет, क्रिकेट, கிரிக்கெட், క్రికెట్, クリケット, 板球, كريكيت",
    "swimming": (
        "swimming, swim, swim team, swim dive, diving, water polo, aquatics, natacion, natacao, "
        "natation, nuoto, schwimmen, zwemmen, simning, svomning, plywanie, плавание, 游泳, 水泳, 수영, "
        "السباحة, שחייה"
    ),
    "running": (
        "running, run, runners, track, track field, track and field, cross country, xc, athletics, "
        "sprint, marathon, jogging, triathlon, atletismo, athletisme, atletica, leichtathletik, laufen, "
        "atletiek, friidrott, легкая атлетика, 田径, 陸上, 육상, ألعاب القوى"
    ),
    "cheer": (
        "cheer, cheerleading, cheerleaders, cheerleader, spirit squad, pom, pom squad, poms, dance team, "
        "animacion, чирлидинг, チア, チアリーディング, 치어리딩"
    ),
    "golf": "golf, golfing, гольф, 高尔夫, ゴルフ, 골프, الجولف",
    "wrestling": (
        "wrestling, wrestlers, grappling, jiu jitsu, judo, sumo, lucha, lucha libre, lutte, ringen, "
        "lotta, luta, brottning, zapasy, борьба, 摔跤, レスリング, 레슬링, المصارعة, कुश्ती"
    ),
    # Near namesakes whose kit looks otherwise: the star is better than the wrong stick or ball.
    DEFAULT_MOTIF: (
        "field hockey, hockey sur gazon, feldhockey, table tennis, tenis de mesa, tischtennis, disc golf"
    ),
}
"""Sports in the words people write, in several languages, parted by commas; case and accents do not count."""


@lru_cache(maxsize=512)
def motif_for(sport: str) -> str:
    """The motif of a sport named in free text, `DEFAULT_MOTIF` when it is none of them.

    The longest phrase found wins ("flag football" before "football"), whole words only: "Girls' U12 SOCCER!"
    is soccer, "Footballers United" is no sport. Scripts written without spaces match anywhere.

    Args:
        sport: as the team wrote it, any case, accents and punctuation.
    """
    text = f" {_folded(sport)} "
    found = [
        (len(phrase), motif)
        for phrase, motif in _PHRASES
        if (f" {phrase} " in text if phrase.isascii() or _spaced(phrase) else phrase in text)
    ]
    return max(found)[1] if found else DEFAULT_MOTIF


def _folded(text: str) -> str:
    """Lower case, no accents, words parted by single spaces."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
    return " ".join(re.findall(r"[^\W_]+", plain))


def _spaced(phrase: str) -> bool:
    """Whether the script parts its words: Chinese, Japanese, Thai and their like do not."""
    return unicodedata.name(phrase[0], "").startswith(("LATIN", "CYRILLIC", "GREEK", "ARABIC", "HEBREW"))


_PHRASES = tuple((_folded(word), motif) for motif, words in MOTIF_WORDS.items() for word in words.split(","))
