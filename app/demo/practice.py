"""Invented plants on which the demo model practises how such questions are put.

Nothing in them is a fact of the demo handbook: every thing of the handbook and, attribute by
attribute, every value of it is left out (tests/app/demo checks the finished data).
"""

import tomllib

import phrasing

SYLLABLES = ("ka ro vel din mor tas lub pex sol gra ver nix hel bor dra fen lux om tir zan "
             "quil pra ston del mar vis ec ul no ri be").split()
FIRST = ("Arno Berta Carl Dina Emil Frida Georg Hanna Igor Jana Karl Lena Max Nora Otto Paula "
         "Ralf Sara Theo Ulla Viktor Wanda Xenia Yann Zita Alma Boris Clara Dirk Elsa").split()
LAST = ("Adler Bauer Conrad Decker Ebert Fuchs Graf Hahn Iken Jung Keller Lang Moser Nagel Ott "
        "Prinz Quast Roth Sauer Thiel Urban Vogel Weber Yildiz Zorn Kern Busch Stein").split()
MACHINES = ("feed pump,drum mixer,hot press,band saw,tunnel oven,steam boiler,dust fan,gear box,"
            "roll mill,packing machine,lift,crane,screw feeder,cooling tower,vacuum pump,"
            "centrifuge,lathe,drill,grinder,extruder,chiller,winder,cutter,furnace").split(",")
PLACES = ("mill,boiler,paint,saw,press,cutting,test,spare,storage,coal,sand,clay,steel,paper,"
          "south,west,upper,lower,old,new,green,main,rear,cold").split(",")
ROOMS = "hall,room,cellar,shed,yard,annex,tower,ramp,deck,house,store,corner,wing".split(",")
PARTS = ("bearing,valve,filter,belt,cable,sensor,motor,pump,gear,nozzle,fuse,gasket,hose,shaft,"
         "fan,relay,switch,spring,chain,clutch,bolt,plug,pipe,brake,lever,knife,screen,"
         "magnet,lamp,wheel,cover,lid,hopper,tray,guard,gate,flap,drum,tap,spindle").split(",")
STATES = ("worn,broken,dirty,blocked,loose,cracked,wet,hot,cold,missing,rusty,bent,frozen,"
          "leaking,burnt,torn,jammed,weak,old,faulty,empty").split(",")
VERBS = ("open,close,clean,replace,check,tighten,stop,start,lock,oil,turn,lower,raise,push,pull,"
         "remove,empty,fill,drain,test,call,release,warm,cool,shut,clear").split(",")
TRADES = ("welder,fitter,foreman,planner,chemist,engineer,driver,painter,operator,inspector,"
          "buyer,guard,cook,nurse,clerk,tester,carpenter,manager,trainer,mechanic").split(",")
LIQUIDS = ("oil,acid,water,paint,syrup,milk,resin,ink,lye,brine,glue,wax,beer,fuel,alcohol,"
           "soap,varnish,juice,tar,solvent,slurry").split(",")
LOOKS = "red,green,blue,black,white,yellow,clear,thick,thin,hot,cold,sweet,raw,pure,used".split(",")
PERMITS = "permit,card,slip,form,release,pass".split(",")
TOOLS = ("spanner,hammer,gauge,lamp,hook,puller,clamp,brush,meter,hoist,jack,saw,wrench,drill,"
         "mirror,probe,pump,scraper,knife,torch").split(",")
PREFIXES = {"fault": ["E", "E", "F", "A", "W"], "procedure": ["SOP-", "SOP-", "WI-", "PR-"],
            "tank": ["T-", "T-", "V-", "R-"]}


class Practice:
    def __init__(self, rng, plant_file):
        self.rng = rng
        self.attributes, self.decorations = phrasing.load_for_practice()
        with open(plant_file, "rb") as file:
            handbook = tomllib.load(file)
        things = [(code, facts) for kind in handbook.values() for code, facts in kind.items()]
        self.taken = {code for code, _ in things}
        self.forbidden = {(name, value.lower()) for _, facts in things
                          for name, value in facts.items()}

    def thing(self, kind, reserve):
        """A (code, what) that nobody has reserved, the handbook included."""
        while True:
            code, what = self._draw_thing(kind)
            if code not in self.taken:
                if reserve:
                    self.taken.add(code)
                return code, what

    def value(self, name):
        while True:
            value = self._draw_value(name)
            if (name, value.lower()) not in self.forbidden:
                return value

    def _draw_thing(self, kind):
        r = self.rng
        if kind == "machine":
            return f"{r.choice('ABCDFGHKLMNPRSUVWXYZ')}-{r.randint(100, 999)}", r.choice(MACHINES)
        if kind == "person":
            return self._person(), None
        digits = r.choice([99, 99, 999])
        return r.choice(PREFIXES[kind]) + str(r.randint(10, digits)), None

    def _person(self):
        return f"{self.rng.choice(FIRST)} {self.rng.choice(LAST)}"

    def _brand(self, numbered):
        r = self.rng
        brand = phrasing.capital("".join(r.sample(SYLLABLES, r.choice([2, 2, 3]))))
        grade = r.choice([r.randint(2, 99), r.randint(10, 46) * 10])
        return f"{brand} {grade}" if numbered else brand

    def _draw_value(self, name):
        r = self.rng
        number = r.randint
        makers = {
            "max_temperature": lambda: f"{r.choice([number(30, 150), number(100, 1400)])} °C",
            "max_pressure": lambda: r.choice([f"{number(2, 400)} bar",
                                              f"{number(1, 20)}.{number(1, 9)} bar"]),
            "oil": lambda: self._brand(True),
            "service_interval": lambda: f"{number(20, 600) * 10} hours",
            "location": lambda: r.choice([f"hall {number(1, 30)}", f"bay {number(1, 60)}",
                                          f"the {r.choice(PLACES)} {r.choice(ROOMS)}"]),
            "seal_kit": lambda: f"SK-{number(1000, 9999)}",
            "power": lambda: r.choice([f"{number(2, 250)} kW", f"{number(1, 20)}.{number(1, 9)} kW"]),
            "speed": lambda: f"{r.choice([number(5, 300), number(100, 3600)])} rpm",
            "responsible": self._person,
            "breaker": lambda: f"{r.choice('QQQF')}{number(10, 99)}",
            "meaning": lambda: f"{r.choice(PARTS)} {r.choice(STATES)}",
            "cause": lambda: f"{r.choice(['a', 'the'])} {r.choice(STATES)} {r.choice(PARTS)}",
            "action": lambda: f"{r.choice(VERBS)} the {r.choice(PARTS)}",
            "reset_code": lambda: str(number(1000, 9999)),
            "extension": lambda: str(number(1000, 9999)),
            "office": lambda: f"{r.choice('ABCDEF')}{number(1, 499):03d}",
            "job": lambda: f"{r.choice(PARTS)} {r.choice(TRADES)}",
            "deputy": self._person,
            "duration": lambda: f"{r.choice([number(5, 90), number(2, 60) * 10])} minutes",
            "permit": lambda: f"the {r.choice(PLACES + LOOKS)} {r.choice(PERMITS)}",
            "first_step": lambda: f"{r.choice(VERBS)} the {r.choice(PARTS)}",
            "tool": lambda: f"a {r.choice(PARTS)} {r.choice(TOOLS)}",
            "contents": lambda: f"{r.choice(LOOKS)} {r.choice(LIQUIDS)}",
            "capacity": lambda: f"{number(5, 400) * 100} litres",
            "alarm_level": lambda: f"{number(20, 400) * 10} mm",
            "cleaner": lambda: self._brand(r.random() < 0.5),
        }
        return makers[name]()

    def facts_of(self, kind, reserve=False):
        """One thing with all facts that its kind has: [(attribute, code, what, value)].
        reserve: nothing later is told of this thing."""
        code, what = self.thing(kind, reserve)
        return [(a, code, what, self.value(a.name))
                for a in self.attributes.values() if a.kind == kind]
