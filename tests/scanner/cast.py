"""A small registry of invented people of six naming traditions, and a few public figures who take no part."""

from app.scanner import Party, Person, Registry

PEOPLE = (
    Person(
        "t", "Tachibana", "Kyoko", order="family-first", native=(("ja", "橘恭子"),), readings=(("ja", "たちばな きょうこ"),),
        function="Professor", institutions=("Musashi University of Policy",), party="JP",
    ),
    Person("n", "Namgung", "Hyeon-ju", order="family-first", native=(("ko", "남궁현주"),), spellings=("Namgoong Hyunjoo",), party="KR"),
    Person("k", "Kim", "Gye Gwan", order="family-first", native=(("ko", "김계관"),), party="KP"),
    Person("w", "Wu", "Dawei", order="family-first", native=(("zh_Hans", "武大伟"),), party="CN"),
    Person("j", "Wang", "Jianguo", order="family-first", native=(("zh", "王建国"),), party="CN"),
    Person("v", "Ветров", "Аркадий", patronymic="Семёнович", native=(("ru", "Аркадий Семёнович Ветров"),), spellings=("Arkady Vetrov",), party="RU"),
    Person("z", "Зимина", "Лариса", patronymic="Павловна", native=(("ru", "Лариса Павловна Зимина"),), party="RU"),
    Person("b", "Батсүх", "Оюун", order="family-first", native=(("mn", "Батсүхийн Оюун"),), spellings=("Oyuun Batsukh",), party="MN"),
    Person("d", "Whitcombe", "Daniel", function="Former admiral", party="US"),
    Person("s", "Song", "Min-soon", order="family-first", native=(("ko", "송민순"),), party="KR"),
    Person("l", "Lee", "Ji-won", order="family-first", native=(("ko", "이지원"),), party="KR"),
    Person("tn", "Tanaka", "Ichiro", order="family-first", native=(("ja", "田中一郎"),), readings=(("ja", "タナカ イチロウ"),), party="JP"),
    Person("o", "Ōno", "Yōko", order="family-first", native=(("ja", "大野洋子"),), readings=(("ja", "おおの ようこ"),), party="JP"),
)  # fmt: skip
PARTIES = tuple(Party(code) for code in ("CN", "JP", "KP", "KR", "MN", "RU", "US"))
REGISTRY = Registry(PEOPLE, PARTIES, "en", ("Christopher Hill", "Kim Jong Un", "김정은", "习近平", "Владимир Путин"))
