"""The word lists behind the rules for names: who is introduced by what, and what is never a person.

Shape: every list is a frozenset of single words, folded as `names.fold` does (lower case, no accents). They are code and
not data of an administrator, because each word changes what is withheld from readers: a change here goes through review.
A word is left out of a list on purpose where it is also a common name in the United Kingdom and a cue can settle it.
"""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# A title is the strongest cue: what follows is a name unless it is plainly an ordinary word.
TITLES = _words("mr mrs ms miss mx dr drs prof professor sir dame lord rev reverend messrs")
# These titles stay convincing in lower case ("mrs jones"); the others are also ordinary words ("did not miss").
LOWER_TITLES = _words("mr mrs ms mx dr drs prof")

# A role is a strong cue for a capitalised word and, after a name, for the name before it ("Steve (HCA)").
ROLES = _words("""
    nurse nurses sister sr cn mw hv dn visitor pc sgt inspector matron hca hcas hcsw csw rn rmn rgn rnld sn ssn midwife consultant registrar reg spr sho ho
    f1 f2 fy1 fy2 st1 st2 st3 st4 st5 st6 st7 st8 ct1 ct2 ct3 imt1 imt2 imt3 porter physio physiotherapist ot pharmacist
    paramedic carer carers doctor doctors gp assistant clerk receptionist technician radiographer sonographer odp
    anaesthetist surgeon surgeons dietitian dietician phlebotomist practitioner anp acp manager coordinator
    co-ordinator charge worker volunteer chaplain student housekeeper domestic cleaner driver officer psychiatrist
    psychologist cpn therapist optometrist dentist hygienist obstetrician physician paediatrician cardiologist
    neurologist oncologist haematologist radiologist nok supervisor nic keyworker interpreter secretary counsellor
    colleague colleagues slt orthoptist podiatrist audiologist perfusionist hotelier warden guard
    handler reporter investigator author witness prescriber dispenser locum intensivist tutor mentor
""")

# A relation introduces a name too, but is more often followed by an ordinary word.
RELATIONS = _words("""
    patient pt pts patients client resident service-user baby babe infant twin mother father mum mom dad wife husband
    partner son daughter brother aunt uncle grandmother grandfather grandson granddaughter niece nephew friend
    neighbour relative child toddler boy girl lady gentleman man woman named kin surname forename spouse fiance fiancee
    granddad grandad nan next-of-kin detainee prisoner inpatient outpatient mothers
""")

# Verbs whose object is nearly always a person or a department; departments are ordinary words here.
PERSON_VERBS = _words("""
    told tell asked ask informed inform bleeped paged phoned rang telephoned contacted thanked advised notified alerted
    texted emailed e-mailed messaged instructed called met
""")
# A preposition counts as a cue when one of these stands shortly before it ("spoke to", "witnessed by").
PERSON_PARTICIPLES = _words("""
    spoke spoken speak speaking discussed discuss escalated handed handover over reported reviewed seen assessed
    prescribed checked witnessed assisted signed completed found advised assaulted punched attended informed told
    dispensed transcribed accompanied supervised countersigned handled raised written liaised working named
    administered given examined
""")
PREPOSITIONS = _words("by to with from")
# "Supplied by" is followed by a company.
NOT_BY_PERSON = _words(
    "manufactured supplied caused delayed produced provided owned funded published followed"
)
# What only a person does or has: a capitalised word before these is a name even when no list has it.
PERSON_DOES = _words("""
    told said says stated asked admitted witnessed explained apologised noticed shouted rang bleeped prescribed gave forgot
    thought replied agreed saw spoke heard wrote felt reports insisted denied informed cried fell refused slipped tripped
    complained
""")
PERSON_HAS = _words("""
    notes mother father wife husband son daughter family bed room chart medication medications records relatives relative
    dressing locker bag shift patient patients drug drugs dose tablets insulin wristband name house home carer partner
    sister brother belongings glasses dentures hand arm leg head foot results blood bloods appointment letter mum dad
    referral insulin consultant
""")

# Labels of forms and letters; with a colon, or at the end of a letter.
LABELS = _words("""
    name names patient pt signed signature reporter witness witnesses handler author nok surname forename nurse doctor
    consultant gp contact from by carer manager investigator cc dear hi hello prescriber staff
""")
SIGNATURES = _words("signed regards sincerely faithfully dear hello hi")
# "Drug name: Warfarin" is not a person.
NOT_PERSON_LABELS = _words(
    "drug ward product device brand trade generic hospital medication medicine company site trust unit"
)

PARTICLES = _words(
    "de da di du del della der den van von la le el al bin bint ibn ap ab ni nic mac mc o dos das st ul ur abu ter af"
)

# What follows an eponym when it is a thing, not a person.
THINGS = _words("""
    line lines catheter catheters score scores scale disease syndrome sucker suckers splint splints forceps valve
    laryngoscope retractor needle needles position manoeuvre maneuver procedure fracture palsy clamp clamps drain
    drains cannula airway blade bag tube frame mask test sign criteria chart index tool stocking stockings dressing
    dementia lymphoma ulcer contracture stoma pouch hoist respiration breathing reflex thyroiditis fluid solution
    hip stem prosthesis hemiarthroplasty hemi crisis triad staging classification tourniquet screw nail wire pump suction handle water food warmer blanket
""")
# What ends the name of a ward, a hospital or a business.
PLACE_NOUNS = _words("""
    ward hospital unit house centre center clinic infirmary lodge suite surgery practice wing trust court pharmacy
    university college school foundation building theatre department hub block hall manor hospice wards
    ambulance council birthing bay corridor campus icu itu hdu laboratory laboratories labs ltd limited plc inc library home homes academy
""")
# These may stand between a place's name and what ends it ("Rosewood Nursing Home").
PLACE_MIDDLES = _words("nursing care residential medical health healthcare general district community and")
# These end a place's name in lower case as well ("Victoria ward").
LOWER_PLACE_NOUNS = _words(
    "ward hospital unit clinic infirmary suite wing lodge hospice surgery wards theatre"
)

STREETS = _words("""
    street st road rd avenue ave lane ln close drive way court crescent cres place gardens gdns grove terrace square
    row mews walk parade hill green park view rise cottages buildings quay wharf
""")
# In Wales the kind of street comes first: 14 Heol y Bont.
STREETS_FIRST = _words("heol ffordd rhodfa stryd lon clos maes cae rue")
# These are too ordinary to be taken for a street when written in lower case.
CLEAR_STREETS = _words("street road rd avenue ave lane crescent terrace gardens grove mews cottages")
NOT_STREET_NUMBER = _words("""
    bay bed ward room theatre level floor clinic step grade band stage phase category side day week age aged page
    chair cubicle pod cohort table station lift line version type factor figure appendix section
""")

# Letters and numbers after which a single capital is not a person's initial.
NOT_INITIAL_AFTER = _words(
    "hepatitis vitamin bay ward group type factor grade section level appendix theatre zone block plan option strep"
)

EPONYMS = _words("""
    parkinson parkinsons parkinsonism hickman foley waterlow glasgow yankauer doppler cheyne stokes cheyne-stokes braden
    apgar alzheimer alzheimers crohn crohns addison addisons addisonian cushing cushings graves hashimoto bell huntington
    huntingtons hodgkin hodgkins non-hodgkin non-hodgkins wernicke korsakoff wernicke-korsakoff guillain barre
    guillain-barre raynaud raynauds sjogren sjogrens kawasaki marfan ehlers danlos ehlers-danlos tourette tourettes
    asperger aspergers meniere menieres paget pagets barrett barretts baker bakers colles smiths dupuytren dupuytrens
    stevens johnson stevens-johnson steven-johnson kaposi burkitt wilms ewing turner klinefelter noonan rett angelman
    prader willi prader-willi gaucher fabry wilson wilsons gilbert gilberts dubin rotor peyronie fournier fourniers
    ludwig ludwigs quincke charcot babinski kernig brudzinski romberg rinne weber trendelenburg fowler fowlers
    semi-fowler semi-fowlers mcburney murphy murphys rovsing homan homans hoffman tinel phalen lachman mcmurray
    ryles ryle ryle's tenckhoff portacath port-a-cath groshong broviac swan ganz swan-ganz redivac redon robinson penrose
    blake seldinger pezzer malecot nelaton tiemann coude sengstaken blakemore minnesota kocher kochers spencer wells
    spencer-wells mosquito babcock allis lane littlewood langenbeck deaver balfour czerny volkmann gigli kirschner
    steinmann hohmann bohler braun thomas zimmer hudson venturi bair hugger bair-hugger magill macintosh mccoy miller guedel
    hagen bougie frova eschmann cormack lehane cormack-lehane mallampati sellick jackson rees ayre bain mapleson waters
    lack ambu laerdal resusci manujet sanders heimlich valsalva epley dix hallpike dix-hallpike lloyd davies lloyd-davies
    kiwi ventouse kielland kiellands wrigley neville barnes simpson keilland mcroberts rubin woods pinard bakri
    shirodkar mcdonald bishop bishops edinburgh ballard denver doll norton maelor pedi humpty dumpty morse stratify
    barthel rankin rockwood rockall blatchford wells child pugh child-pugh ranson imrie rockall abbey bristol borg
    beck hamilton addenbrooke addenbrookes mini mental braden-q purpose-t snellen ishihara amsler goldmann schiotz
    gram ziehl neelsen giemsa coombs wright leishman rhesus kell duffy kidd lewis hartmann hartmanns ringer ringers
    plasma-lyte sabin salk pasteur kleihauer guthrie mantoux heaf bence jones bence-jones philadelphia leiden factor
    willebrand von-willebrand christmas haemophilus klebsiella salmonella shigella yersinia listeria legionella
    pseudomonas escherichia coli staphylococcus aureus mrsa difficile clostridium clostridioides campylobacter norovirus
    aeruginosa pneumoniae influenzae faecalis faecium epidermidis pyogenes tuberculosis jirovecii mirabilis cloacae
    monocytogenes agalactiae meningitidis auris albicans fumigatus marcescens baumannii maltophilia cepacia oxytoca freundii
    botulinum perfringens tetani pylori vulgaris marneffei
    jackson-pratt blake-drain kocher-langenbeck covid covid-19 coronavirus candida aspergillus enterococcus serratia proteus acinetobacter lister nightingale
    fontan norwood glenn fallot blalock taussig eisenmenger ebstein wolff parkinson-white wolff-parkinson-white brugada
    mobitz wenckebach stokes-adams korotkoff kussmaul biot starling frank-starling virchow beckwith starr edwards
    hancock austin moore thompson exeter charnley furlong bankart mitchell lapidus ponseti pavlik barlow ortolani perthes
    osgood schlatter osgood-schlatter scheuermann ilizarov gamma hartmann's hirschsprung meckel meckels mallory weiss
    mallory-weiss zenker nissen heller whipple whipples roux roux-en-y billroth lichtenstein bassini burch manchester
    kegel bartholin skene braxton hicks braxton-hicks sheehan asherman stein leventhal pfannenstiel lynch gorlin
    horner horners argyll holmes adie bell's creutzfeldt jakob creutzfeldt-jakob lewy pick lou gehrig friedreich
    dandy walker arnold chiari arnold-chiari budd budd-chiari lennox gastaut lennox-gastaut todd jacksonian rasmussen
    rathke monro-kellie monro kellie munro ommaya codman camino spetzler hunt hess fisher
    alaris baxter bbraun omnicell pyxis datix ulysses radar emis systmone systm epic cerner lorenzo medway rio carenotes
    vitalpac nervecentre careflow ormis bluespier philips welch allyn masimo nellcor covidien medtronic hillrom arjo
    arjohuntleigh huntleigh dyson stryker sigma spectrum carefusion fresenius kabi graseby mckinley bodyguard cadd
    micrel t34 smiths-medical portex shiley tracoe bivona kimberly clark mickey cook cordis boston abbott optium
    freestyle libre dexcom omnipod tandem roche accu-chek glucomen nova hemocue radiometer siemens beckman coulter sysmex
    olympus pentax karl storz fujifilm toshiba hitachi carestream hologic varian elekta linac aria mosaiq
    zoll lifepak lucas corpuls drager evita servo maquet hamilton-t1 puritan bennett trilogy nippy resmed respironics
    airvo optiflow vapotherm fisher-paykel paykel prismaflex gambro braun's sara stedy sarah-stedy sara-steady steady
    maxi invacare parker nimbus repose autologic bradshaw pressalit etac romedic prevalon molnlycke mepilex aquacel
    allevyn kaltostat inadine atrauman tegaderm opsite biatain cavilon conveen coloplast hollister convatec flexi-seal
    bard dale bardex venflon cathlon vygon arrow picc midline bionector clave octopus luer luer-lok nrfit bd saf-t
    vacutainer sarstedt monovette hemosil teds ted flowtron kendall scd peg rig jej mic-key freka corflo kangaroo nutricia
    fortisip fresubin ensure nutrison thicken easy nutilis resource clear meritene complan
    costa tesco asda sainsbury sainsburys morrisons aldi lidl waitrose greggs mcdonalds wetherspoon wetherspoons argos amazon
    google microsoft excel outlook whatsapp facebook instagram twitter zoom skype royal-mail medirest sodexo serco iss engie
    clexane fragmin innohep eliquis xarelto pradaxa lixiana plavix nurofen calpol voltarol zofran maxolon stemetil losec
    nexium zoton lasix tritace zestril istin tildiem cordarone lanoxin zimovane valium ativan xanax largactil serenace
    zyprexa seroquel risperdal abilify zoloft prozac cipramil lyrica neurontin tramacet zapain solpadol kapake durogesic
    matrifen abstral effentora targinact subutex suboxone espranor temgesic physeptone cyclimorph palladone dilaudid
    flagyl zithromax klaricid fortum maxipime invanz meronem targocid cubicin zyvox cidomycin septrin macrobid monotrac
    clexane's glypressin voluven volulyte plasmalyte geloplasma kaletra tamiflu paxlovid veklury remdesivir rantac
    heparin tinzaparin dalteparin enoxaparin insulin humulin humalog novorapid novomix lantus levemir toujeo tresiba
    abasaglar apidra fiasp actrapid insulatard hypurin lyumjev glargine detemir degludec aspart lispro glulisine
    gliclazide metformin warfarin apixaban rivaroxaban edoxaban dabigatran aspirin clopidogrel ticagrelor prasugrel
    paracetamol ibuprofen naproxen diclofenac codeine co-codamol cocodamol co-dydramol dihydrocodeine tramadol morphine
    oramorph sevredol zomorph mst oxycodone oxynorm oxycontin longtec shortec fentanyl alfentanil remifentanil
    buprenorphine butrans butec methadone diamorphine ketamine naloxone pethidine entonox penthrox gabapentin pregabalin
    amitriptyline duloxetine sertraline citalopram fluoxetine mirtazapine venlafaxine lithium priadel haloperidol
    olanzapine quetiapine risperidone aripiprazole clozapine clozaril denzapine zaponex chlorpromazine zuclopenthixol
    clopixol acuphase depixol paliperidone lorazepam diazepam midazolam buccolam clonazepam temazepam zopiclone zolpidem
    promethazine phenergan cyclizine ondansetron metoclopramide domperidone levomepromazine hyoscine buscopan
    glycopyrronium levetiracetam keppra phenytoin epanutin valproate epilim carbamazepine tegretol lamotrigine
    phenobarbital phenobarbitone madopar sinemet co-careldopa co-beneldopa levodopa rotigotine apomorphine ropinirole
    pramipexole donepezil memantine amoxicillin co-amoxiclav augmentin flucloxacillin benzylpenicillin penicillin
    piperacillin tazobactam tazocin meropenem ertapenem ceftriaxone cefuroxime cefalexin cefotaxime gentamicin amikacin
    tobramycin vancomycin teicoplanin clarithromycin erythromycin azithromycin doxycycline trimethoprim co-trimoxazole
    nitrofurantoin metronidazole ciprofloxacin levofloxacin rifampicin isoniazid linezolid aciclovir fluconazole
    nystatin amphotericin ambisome digoxin amiodarone bisoprolol atenolol propranolol metoprolol labetalol carvedilol
    ramipril lisinopril perindopril enalapril losartan candesartan irbesartan valsartan entresto sacubitril amlodipine
    felodipine nifedipine diltiazem verapamil furosemide bumetanide spironolactone eplerenone bendroflumethiazide
    indapamide gtn glyceryl isosorbide nicorandil ivabradine ranolazine atorvastatin simvastatin rosuvastatin adrenaline
    epinephrine noradrenaline norepinephrine dobutamine dopamine milrinone metaraminol ephedrine phenylephrine
    vasopressin terlipressin atropine adenosine potassium sodium calcium magnesium phosphate bicarbonate chloride kcl
    sando-k slow-k kay-cee-l dextrose glucose glucogel glucagon saline salbutamol ventolin ipratropium atrovent
    tiotropium spiriva seretide symbicort fostair trelegy relvar clenil montelukast aminophylline theophylline
    prednisolone dexamethasone hydrocortisone methylprednisolone fludrocortisone levothyroxine thyroxine carbimazole
    omeprazole lansoprazole pantoprazole esomeprazole ranitidine famotidine gaviscon peptac senna docusate lactulose
    laxido movicol cosmocol bisacodyl picolax moviprep klean-prep gastrografin omnipaque loperamide methotrexate
    azathioprine mycophenolate tacrolimus prograf adoport advagraf ciclosporin neoral sirolimus rituximab infliximab
    adalimumab humira etanercept tocilizumab vincristine bortezomib cyclophosphamide cisplatin carboplatin oxaliplatin
    paclitaxel docetaxel doxorubicin capecitabine fluorouracil oxytocin syntocinon syntometrine ergometrine carboprost
    misoprostol mifepristone propess prostin dinoprostone anti-d vitamin konakion phytomenadione pabrinex thiamine
    folic ferrous ferinject monofer cosmofer epo darbepoetin aranesp tranexamic beriplex octaplex octaplas flebogamma
    privigen gelofusine albumin hartmanns alteplase actilyse tenecteplase metalyse streptokinase propofol thiopental
    etomidate rocuronium suxamethonium atracurium vecuronium sugammadex neostigmine sevoflurane isoflurane desflurane
    lidocaine bupivacaine marcaine levobupivacaine chirocaine ropivacaine emla ametop instillagel chlorhexidine
    chloraprep octenisan prontoderm alendronic fosamax denosumab prolia xgeva zoledronic tamoxifen letrozole anastrozole
    zoladex prostap depo-provera depo mirena nexplanon implanon cerazette microgynon rigevidon melatonin
    methylphenidate concerta equasym adcal calcichew fultium cholecalciferol allopurinol colchicine febuxostat sildenafil
    tamsulosin finasteride solifenacin mirabegron latanoprost timolol chloramphenicol fucidin canesten daktacort
    betnovate dermovate eumovate hydromol cetraben diprobase sudocrem flumazenil acetylcysteine parvolex dantrolene
    intralipid novoseven fibrinogen cryoprecipitate tpn kabiven smofkabiven pfizer astrazeneca moderna spikevax comirnaty
    boostrix infanrix menitorix prevenar gardasil fluad fluenz revaxis bcg oxycodone
""")

# Eponyms that are common surnames or first names: a thing only beside a thing ("Hudson mask") or in a pair below.
COMMON_EPONYMS = _words("""
    wilson johnson murphy thompson walker edwards robinson jones davies lloyd mitchell jackson simpson turner lewis clark
    moore barnes bennett parker philips abbott spencer wells cook wright stevens holmes hunt todd bradshaw dale lane duffy
    mckinley hamilton blake thomas baker fisher fowler lucas rankin beck glenn sanders barry karl sara sarah robin gilbert
    miller austin welch neville norwood barlow hancock starr munro lynch burch heller weiss stein rees ayre bain hess hudson
    lister lorenzo rubin kendall mccoy norton bishop arnold walker waters woods hicks mcdonald mcmurray burkitt steven
    wrigley bence kell kidd deaver kiwi boston gamma bristol ewing noonan fournier ludwig weber gram homan hoffman aria
    sabin child morse abbey manchester lane pick sigma tandem trilogy dyson roche harvey horner lack adie kelly
""")
# Two words that are a thing together.
EPONYM_PAIRS = frozenset(
    {
        ("bence", "jones"),
        ("lloyd", "davies"),
        ("jackson", "rees"),
        ("austin", "moore"),
        ("welch", "allyn"),
        ("spencer", "wells"),
        ("stevens", "johnson"),
        ("steven", "johnson"),
        ("kimberly", "clark"),
        ("braxton", "hicks"),
        ("hamilton", "anxiety"),
        ("sara", "stedy"),
        ("sarah", "stedy"),
        ("sara", "steady"),
        ("karl", "storz"),
        ("lucas", "device"),
        ("philips", "monitor"),
        ("child", "pugh"),
        ("hunt", "hess"),
        ("boston", "scientific"),
    }
)

# Places that are also surnames or first names; a cue still wins ("Mrs Preston").
PLACES = _words("""
    england scotland wales ireland britain london birmingham lincoln chester preston burton stafford york bolton sutton
    derby bradford barnsley kent lancaster carlisle newport holland france oxford cambridge leeds sheffield manchester
    liverpool bristol cardiff swansea belfast dublin edinburgh aberdeen dundee inverness perth stirling durham newcastle
    sunderland middlesbrough hull grimsby lincolnshire norfolk suffolk essex sussex surrey devon cornwall somerset dorset
    wiltshire hampshire berkshire gloucester worcester warwick coventry leicester nottingham northampton bedford luton
    watford reading slough croydon bromley barnet enfield harrow hillingdon ealing hounslow richmond kingston wandsworth
    lambeth southwark lewisham greenwich newham redbridge hackney camden islington westminster kensington
    plymouth exeter torquay truro bath taunton bournemouth poole southampton portsmouth brighton hastings eastbourne
    dover maidstone canterbury ashford stoke wolverhampton walsall dudley solihull redditch hereford shrewsbury telford
    crewe macclesfield stockport oldham rochdale bury wigan salford blackburn blackpool burnley kendal barrow
    halifax huddersfield wakefield doncaster rotherham scunthorpe harrogate scarborough whitby darlington hartlepool
    gateshead wrexham bangor llandudno aberystwyth carmarthen bridgend india pakistan poland nigeria china africa asia
    america europe guernsey iran cuba kenya ghana paris
    milton keynes hyde ely
""")

# Months and days, and other calendar words that are names too.
CALENDAR = _words("""
    january february march april may june july august september october november december monday tuesday wednesday
    thursday friday saturday sunday jan feb mar apr jun jul aug sept sep oct nov dec mon tue tues wed thu thur thurs fri
    sat sun easter christmas summer autumn winter spring noel
""")

# Names that are ordinary words as well. Alone they are names only where a capital is not explained by the sentence's
# start; the second list is never a name on its own, only after a cue or beside a name.
GIVEN_WORDS = _words("""
    will mark rose grace hope faith joy bill pat sue jack rob art drew dean frank penny ruby amber violet iris daisy
    holly dawn eve robin jay ray guy miles max gene grant bob harry rich jo sandy heather ivy olive lily poppy jasmine
    pearl crystal ginger carol angel blessing patience prudence constance mercy charity precious gift honour comfort
    favour destiny sunny lucky peace basil rex roman rosemary clement victor ernest cliff
    glen norm tony ted nan marina melody harmony serenity trinity felicity verity chase hazel fern flora sage rosie
    innocent justice princess prince happy praise promise goodness mat dot don lance colin russell rocky rusty
    warren star sky storm raven savannah dale craig heath lee bay ford lane clay reed brook piers spike chuck nick
    pierce trip rusty jewel rowan willow aspen ash juniper laurel linden briar clover bramble joyful miracle fortune wisdom testimony
    georgia florence sydney chelsea jordan israel chad jersey
""")
SURNAME_WORDS = _words("""
    must good more can long made back else kind too over way case lot put such pleasant said each line doctor add clear
    key come best read job run true close less ring pop little room car short valid weeks cases reason journey early
    lower son parent lady comment del side date house age block bar per field real law general ever skip link soon hand
    unknown parts fields small en fall minor floor unique young zero page branch basic stack chance fee drop male post
    fresh major baby author hook low emit front fit op till constant trace char friend held sep begin junior fair master
    green cares freely blank bare forget worth media bus pages among marks foot red cross power magic holder van swift
    smart edit tab peer judge rush reader white council colon die hide guard sad odd hence deep tea fed asks shade sister
    mile echo ran bogus north delta dash black hung strong sole poll press water tone pace street bath shields jail font
    cook kidney junk lies handy grey alpha arch beta tan lie ties cap fancy walls hill harsh medic kinder joke hall
    company sing harm grab story roots bail roll bell ban wild stock sharp lone wise park era rust tiny rode orange
    maxim marshal lemon lad gun downs bite stormy rock oral haven glass cord zimmer wing wash valves urban sterling saint
    porter meadow meadows mast jug fleet convey buck bravo boon bond bills wall seven walker brand kick hurt hare bright
    bridge bunk harden steward den dam con powers lawyer hood gauge carrier moon hell price pink curry suits beer binder
    brown french english diamond lean flood tack gross gas greet para mayor bishop king knight pope abbott abbot monk
    priest church temple cannon gunn shepherd baker butcher carpenter cooper fisher fowler gardner gardener hunter mason
    miller page parker potter sawyer singer slater smith-machine taylor tailor thatcher turner tyler weaver wright
    chambers banks barnes brooks burns byrne wells waters rivers woods wood field fields forest marsh moss moor heath
    peacock crow finch nightingale partridge swan fox wolf lamb bull hart buck stone steel silver gold golden iron copper
    winter summers snow frost rain day night noon knight sparks lamp light love loveless darling dear sweet savage moody
    noble proud hardy stout small large short-term broad sharpe blunt nurse orderly child childs kid cousin brothers
    bank pound pounds penny cash cost rate budget chart head hand hands foote legge arms ankle back body bone chin cheek
    heart blood payne paine pain ache cough cold crisp dry wet hot cool warm warner first last second third fourth
    east south west town city village square court lodge manor hale health care carey ward hospital trust bland drake
    duke earl count baron squire ruffle blanket sheet pillow table chair tray cup plate bowl dish spoon fork knife
    toole tooth gum lane trail rail train train tram bolt nail screw hook clamp tube pipe pump drain hose mask vale dale
    glover coat capes boot boots bandy race racer steep stead hughes' tooley new newly goodall gore gain gains gale
    mean means might mild milk mill mint more morrow most mount mouse much must nash neat need nest next nice noise none
    nott now oak oats once only open other ought outlaw own oxley pack paddock pain pair palm pan paper parish park part
    pass past paste patch path pay pea peach peak pear peel peer pelt pen perfect perry pick pickle pie pier pike pile
    pitt plain plan plant play plum point pole pond pool poor port pratt pretty prime print prior pull pulse purple push
    quick quiet quill rainbow ramp rank rapid rash raw rest rice ride ridge right risk road robe rogue roof root rope
    rough round rule rumble safe sale salt sand save scales scott-paper search seal seat seed sell sewell shade shallow
    shape share shaw-trust shell shine ship shock shore shot shoulder show sick sign silk simple sink sir site skin
    slack sleep slim slow smile smoke smooth soap soft sole song sore sound soup space spare speak speed spell spike spill
    spine spot spray spring staff stage stair stairs stamp stand standing staples start state station stay steam step
    stick sticky still sting stock stocks stoker stool stop store straight strain strange stroke study such sugar suit
    summer sure surge swab sweat swell switch syme tall tank tap tape target task team tear temper tend tent test thick
    thin think thorn thrift throat throw tick tide tight tile time tip tired toe tomb tongue tool top torch touch tough
    towel tower toy track trade tree trim trouble trout true truth tuck tug turn twin type unit upright usher value
    vein vent vest vial view vine visit voice wade wage wait wake walk want warm warn waste watch wave wax weak wear web
    weed week weight well wells west wet whale wheat wheel while whip whole wick wide wild wind window wine wire wish
    witness word words work worker world worm worry wrap wreath wrist write wrong yard year yellow yes
""")

# Given words that are first of all verbs or duties: a relation before them explains the capital ("Patient Rose from").
VERBISH = _words(
    "will mark rose chase grant drew bill sue hope may dean frank art trip bay pat rob can might must call lead"
)

# Never a name, whatever the lists of names hold.
FUNCTION = _words("""
    a about after again all also although an and any are as at back be because been before being both but by can could did
    do does each else ever every for from further had has have he her here him his how however if in into is it its least
    less made make me more most much must my near next no none nor not now of off on once only onto or other our out over
    own per put said same she should so some soon such than that the their them then there these they this those though
    through till to too under until up upon us use used very was we were what when where which while who whom whose why
    with within without would yes yet you your op nil ok done went gone came come came got get give given gave take taken
    took told asked via due i
""")

# What cannot be a name even after a title or a role, unless the lists of names say otherwise.
ORDINARY = _words("""
    a about above absent accepted access accident account across act active acute add added additional address adequate
    adjacent adjust administer administered admission admit admitted adult advanced advice advise advised affect after
    afternoon again against agency aggressive agitated ago agree agreed aid air alarm alert alerted all allergic allergy
    allocated allowed almost alone along already also although always am ambulance amount an anaesthetic analgesia and
    angry ankle another answer antibiotic antibiotics any anyone anything apart apologised apology apparent appeared
    appointment approx approximately appropriate are area arm arrest arrival arrive arrived as asap ask asked asking
    asleep assess assessed assessment assist assistance assistant asthma at attempt attempted attend attended attending
    audit authorised available aware away awaiting awake back bag bandage bank barrier based bathroom bay be became because
    bed bedroom beds bedside been before began behaviour behind being below beside between bilateral biopsy birth bladder
    bleed bleeding bleep bleeped blister blood board body bolus both bottle bottom bowel brain break breakfast breast breath
    breathing bring brought bruise bruised bruising building burn but buzzer by call called calling calls came cannula
    capacity cardiac care cared carried carry catheter caught cause caused causing ceiling cell central certain change
    changed changes changing chart charts check checked checking chemotherapy chest children choking circumstances
    circulating claimed clean cleaned clear clearly clerk client clinic clinical clinician clinicians close closed coded
    collapse collapsed collect collected colleague collection comfortable comfort came coming commenced commode
    communication community complain complained complaint complaining complete completed complex completing computer
    concern concerned concerns condition conduct confirmed confused confusion conscious consent constant consultation
    contact contacted contained continue continued control controlled conversation copy correct correctly corridor could
    covered critical crash crying cubicle culture current currently cut cvc cyanosed daily damage damaged data date day
    days death deceased decided decision declined decrease deep deferred definitely delay delayed delirium delivered
    delivery dementia denied dental department described despite deteriorated deteriorating deterioration device diabetes
    diabetic diagnosed diagnosis dialysis did died difficult difficulty dignity dining dinner direct directly discharge
    discharged discovered discrepancy discussed discussion disease dispensed dispensing displayed distress distressed
    district do doctors document documentation documented does doing domiciliary done door doorway dosage dose doses
    double down dressing drink drinking drop dropped drowsy drug drugs due duration during duty each ear early easily
    eat eating effect either elderly elective electronic else elsewhere emergency empty end ended endoscopy enough
    ensure ensured entered entry environment equipment error escalate escalated escalation evening event eventually every
    everyone everything evidence exact examination examined except exit expected explained exposed extra extravasation eye
    eyes face facility fact failed failure fall fallen falling falls family far fasting fell female few fifth filled film
    final finally find fine finger finished fire first fit fitting five flat floor flow fluid fluids flush folder follow
    followed following food foot for form forms forward found four fracture fractured free frequent from full fully
    further gave general get getting give given gives giving glass gloves go goes going gone good got group guidelines
    guideline had haematology haematoma haemorrhage half hand handed handling handover hands happen happened hard has have
    having he head headache health healthcare hear heard hearing heart heavy heel held help helped her here herself high
    higher him himself hip his history hit hold holding home hospital hospice hot hour hourly hours housing how however
    hurt hypo hypoglycaemia i icu identified identify if ill immediate immediately impact improved in inadequate inappropriate
    incident incidents incontinent incorrect incorrectly increase increased indicated individual infected infection
    infusion inform informed initial initially injection injured injuries injury inpatient inserted inside instead
    instructions insulin intact intensive intermediate intervention into intravenous investigation involved involving is
    isolation issue issued issues it item its itself just keep kept key keys kitchen knee knew know known lab label
    labelled laboratory labour lack large last late later lay lead learning least leave leaving left leg legs length less
    let letter level lift light like likely limited line list listed little live lives living local located location
    locked long look looked looking loss lost lot low lower lunch lunchtime lying machine made main maintain major make
    making male managed management manager mandatory many marked matching maternity mattress may me meal measure measures
    meant medical medically medication medications medicine medicines meeting member members mental message met midwifery
    might minimal minimum minor minute minutes missed missing mistake mistakenly mix mixed mobile mobilise mobilised
    mobilising mobility moderate moment monitor monitored monitoring month monthly months more morning most mouth move
    moved moving much multiple must my name namely nasal national nature near nearby nearest neck need needed needing needs
    negative neither neonatal neuro never new next night nil no nobody noise non none nor normal normally nose not note
    noted notes nothing notice noticed notified now number numbers nursery nursing nutrition obs observation
    observations observe observed obstetric obtained obvious occasion occasions occupational occurred occurring of off
    offered office often ok okay old on oncology once one ongoing online only onto open opened operating operation opinion
    opposite or oral order ordered original orthopaedic other others otherwise our out outcome outpatient outpatients
    outside over overdose overnight own oxygen pack packed paediatric pads page pain painful palliative panel paper
    paperwork paramedics parents part partially particular parties party passed past patch path pathology pathway patients
    payroll pelvis pending people per performed perhaps period permission person personal pharmacy phone phoned photo
    physical physically physio picked picture piece pillow place placed placement plan planned plans plaster please plus
    point police policy poor position positive possible possibly post postnatal practice pregnancy pregnant preparation
    prepared prescribed prescribing prescription prescriptions present presented pressure prevent previous previously
    primary prior private problem problems procedure process product professional profile prompted properly property
    protocol provide provided psychiatric pulled pulse pump put putting quality quantity queried query question quickly
    quite radiology raised ran rang rapid rare rash rate rather re reached react reaction reading ready really reason
    reassured reason received recent recently reception recommended record recorded recording records recovered recovery
    reduce reduced refer referral referred refused regarding registered registration regular regularly rehab
    related relating relatives release relevant remained remaining reminded remote remove removed renal repeat repeated
    replaced report reported reporting request requested required requires requiring respiratory respond responded response
    responsible rest restraint result resulted resulting results resus resuscitation return returned returning review
    reviewed reviewing right ring risk risks room rooms root rota round route routine rushed safe safeguarding safely
    safety said same sample samples sat saturation saturations save saw say saying says scan scanned scheduled score
    screening screen seat second section secure secured security see seemed seen seizure self send senior sensor sent
    sepsis series serious service services session set setting severe severely shared sharps she sheet shift shifts short
    shortage shortly should shoulder shouted shouting show showed shower showing shown side sight sign signed significant
    signs since single site sitting situation six size skin slept slide sliding slightly slip slipped slow small smell so
    social some someone something soon sore sorry sort specialist specific specimen spoke spoken staff staffing stable
    stage stairs standard standing start started starting stat state stated statement states station status stay step still
    stock stood stop stopped storage stored straight stroke struck structured student style subcutaneous subsequently such
    suddenly suffered suggested suitable supply support supported supposed sure surgery surgical surgically suspected
    swab swallow switchboard symptoms syringe system systems table tablet tablets take taken taking talk talking task
    team teams telephone tell temperature temporary ten test tested testing than that the theatre theatres their them
    themselves then therapy there therefore these they thing things think third this those though thought three threatened
    through throughout thus time times tired to today toe together toilet told tolerated too took tool top topical total
    touch towards training transcribed transfer transferred transferring transfusion transport transported trauma travel
    treated treating treatment tried triage trial trip tripped trolley trust try trying tube tumour turned twice two type
    ulcer ultrasound unable unaware unclear under unfortunately uniform unit unknown unless unresponsive unsafe unsteady
    until unwell unwitnessed up upon upper upset urgent urgently urinary urine us use used user using usual usually
    vaccination vaccine vaginal various vein venous ventilator verbal verbally very via view virtual visit visited visiting
    visitor visitors visual vital vitals volume vomited vomiting vulnerable wait waited waiting walk walked walking wandered
    wanted ward wards warned was washed waste watch water way we week weekend weekly weeks weight well went were what
    wheelchair when where whereas which while who whole whom whose why wife will window with withdrawn within without
    witnessed woke won't word work worked worker workers working worse would wound wounds wrist write written wrong wrote
    x-ray xray year years yes yesterday yet you your zone
    administrator allied anaesthetics bereavement biochemistry cardiology catering chaplaincy chemist cleaners cleaning
    dermatology dispensary domestics endocrinology ent estates facilities finance gastroenterology gynaecology
    haematologists histopathology immunology infection informatics it's labs mortuary microbiology microbiologist nephrology
    neurology neurosurgery nicu obstetrics occupancy ophthalmology orthopaedics outreach outlier paediatrics parking
    pacs pathologist picu pharmacists physiotherapy physiology phlebotomy portering portering porters psychiatry psychology
    radiographers radiotherapy rheumatology scbu specialty specialists stroke telemetry therapists transplant urology
    vascular virology ward's who's cardiothoracic maxillofacial dermatologist urologist nephrologist endocrinologist
    rheumatologist gastroenterologist ophthalmologist histopathologist neurosurgeon gynaecologist geriatrician
    sadly luckily thankfully hopefully fortunately additionally furthermore moreover meanwhile afterwards hence
    advocate agreed apologies attached background brief careful category causes certificate chair chairs child claims
    class code cognitive cohort comment comments committee company conclusion consequences contents contributory
    correctly corrected course cover created crew cross cup curtain curtains customer cyber default demographics
    describes description designated detail detailed details develop developed digital directed directorate dirty
    disorder district-wide domestic draft drain driver drove duplicate easter electrolytes eleven email emails
    empathy enquiry escorted establish evacuated exam example exhibited experience expired expiry explain explanation
    external failing false fault faulty feed feeding feedback feel feeling felt feet fever fill fifteen firstly fluid-balance
    fitted flagged flagging forgot forgotten framework fridge frightened frame furniture gap gas gastric generic girls
    grab grabbed grade ground guidance gown harm hazard height heightened hoist hoisted holiday honest hoping hourly
    hygiene identity imaging implant implemented importance important improvement inability include included including
    incomplete independent independently indicates inhaler inquest insert insertion inspection instance insufficient
    intake intended intentional interaction interim internal interpreter introduced investigate investigated iv job junior
    justified kidney knife knock knocked language laid lasting laterality latest laughing law leading leak leaking learned
    learnt legal lesson lessons liaison lifted lifting links liquid liver locker log logged loose low-lying lung luckily
    lunge manual map mask mass match material matter means mechanical mechanism medics memory mild minimise misread
    misplaced mode model money movement naloxone named narrow necessary needle nervous nights nine notable
    notification nourishment nurses' nursed objective obliged odd offer operator opportunity option options organised
    organisation organisations outlined outlying overall overheard overlooked overseas owing owner pacemaker package
    packet pads pale panic partial particularly parts partly paused payment peri perform permanent perceived persistent
    picking plain planning plate plug pocket pod policies popped potential potentially power practical practices premises
    prep preparing prescriber presenting presentation prevented principal printed prints priority prison probable probably
    procedures produced products programme progress project prolonged prompt promptly proper proposed protection provider
    provision public punched purpose push pushed quiet radio rail rails raise range readings real reality reasons
    receive recliner recognised reconciliation recurrence red redness refer reflection refuse regards regime region
    register relation relationship relative reliable relied rely remember remembered rep replace replacement reports
    resident residents residual resolved resource resources respect response restart restless restrained restricted
    retained returned reverse risked role roles rolled rotation rounds rules running rush same-day sandwich satisfied
    scalp scene schedule scissors scored scratch search secondary secondly sedated sedation sensitive separate separated
    sequence settled seven several shaken shaking share sheets shock showering shut sick sides silence similar simply
    sink sister's sit sites skills slide smoking software solution source space speak speaking spell spill spilled spine
    split spot squeeze stairs stairwell stand statements statutory stayed steps stick stitches stomach stools storeroom
    strategy street stretcher strong structure stuck subject success summary summoned superficial supervised supervision
    supplied supplier supplies surface surgeon's surname surrounding swallowing swelling swollen switch switched symptom
    tablets tape target technical technique temporarily tends terminal text thank thanks thigh thrown thumb tight
    timely timing tissue title tone tongue tooth topped torn torso touched tourniquet track trained tray
    trigger triggered trousers true tubing turn turning twenty twelve twins unavailable unaccompanied uncomfortable
    unconscious undertaken underwent unexpected unlocked unplanned unsafe unstable unsuitable unusual update updated
    upgrade upside urology vehicle ventilation verified version vial video violence violent visible vision volunteers
    wall wanting wardrobe warning wash washing wearing weighing wellbeing wet whilst wide wider willing wipe wiped wire
    wiring wishes woken women wooden workforce workload world worried worry worsened worsening wristband written yellow
    younger absence abuse abused abusive accidentally alcohol assault assaulted attention bite bitten bleach bruises
    carpet cigarette cigarettes cord cutting detained detention door doors escape garden ground ligature lighter
    overdosed police razor restrain section self-harm self-harmed self-harming spat threatening violently absconded
    absconding cot baby's newborn antenatal induction labouring forceps caesarean section emergencies trimester scan
    perineal tear episiotomy placenta cervix contraction contractions foetal fetal liquor meconium stillbirth stillborn
    miscarriage breastfeeding bottle-feeding apnoea bradycardia tachycardia hypotension hypertension hypoxia hypoxic
    hyperkalaemia hypokalaemia hyponatraemia neutropenic pneumonia aspiration embolism thrombosis infarction ischaemia
    ischaemic arrhythmia fibrillation cellulitis sepsis septic anaphylaxis anaphylactic jaundice diarrhoea constipation
    gangrene abscess cancer carcinoma lymphoma leukaemia sarcoma metastases metastatic benign malignant chronic acute
    ms-team teams everyone's please reply sir madam team colleagues all
    caller callers complainant victim offender tenant landlord employee employer crew crews officers coroner teacher pupil
    dispatcher despatcher informant housemate flatmate girlfriend boyfriend stepfather stepmother grandparents sibling
    siblings youth teenager deputy director matrons excellent brilliant amazing coffee bar bingo kitchenette lounge courtyard
    abdo anal bilat cath cons def derm diff endo exam fam gastro gen haem hist imm inj lat lymph med meds min neg neuro occ
    ortho paeds palp pos prev psych pulm rehab resp sat spec sub surg temp tib trop vag vasc vent vit vol appt amb amt assoc
    cant wont dont didnt doc docs hosp nana trent arts warmer erm yr yrs yo hrs hr mins secs pls thx ok'd parkway
    he's she's they're i'm it'll didn't wasn't isn't couldn't wouldn't can't don't hasn't hadn't weren't aren't
    alas alright another's apple april's bathing bedding bedpan belt biscuit biscuits bleeding blocked boots bowl bread
    broke broken brush brushed bumped butter cake cardigan cream cups custard fish fruit gravy jam jelly juice meat milk
    porridge potato rice salad sauce soup squash sugar tea thickened thickener toast vegetables yoghurt yogurt
""")

# Abbreviations written in capitals that a cue must not turn into a name ("Nurse TVN", "Patient NEWS 5").
ABBREVIATIONS = _words("""
    ed gp sho hca rn itu icu hdu ccu cdu mau amu sau eau acu dsu nicu scbu picu ot mdt met cca ccot tvn ipc icn nic lft
    lfts fbc crp inr ecg eeg ct mri cxr axr uss abg vbg bm bms bp hr rr sats news ews mews pews meows gcs avpu dnar
    dnacpr dnr cpr als bls ils tia cva mi stemi nstemi acs af svt vt vf pe dvt vte copd ckd aki uti lrti urti mrsa cdiff
    cpe esbl tb hiv iv im sc po pr pv sl ng nj njt ngt peg rig tpn pca prn stat od bd tds qds om on mane nocte nbm npo kcl
    gtn mst hrt ocp vac tto ttos tta ttas eprma epma emar cd cds pod pgd psd bnf nice nhs cqc hsib hssib mhra ppe sop
    lfpse nrls psirf ulysses datix rca siri si moc ldl mca dols mha s136 s2 camhs crht cmht cpn amhp imca rmn rgn hcsw
    csw rmo rso ae a&e er ent gi gu obs gynae lscs svd ctg pph epu ante postnatal nicu hie bcg anc mlu mw cmw hv sn ta
    sfi spr st fy f y/o yo hx dx rx tx fx sx nok llti pmh sob loc loss nad oe dob nhsno mrn pas ice pacs emis cas uec
    sdec fau ssu tlu rtu oau dtoc mfft nctr cop oop ooh ucc utc gpooh lvad icd ppm crt iabp cabg avr tavi pci avn thr
    tkr dhs orif poc pop rom fwb nwb pwb otp pt pts ptt aptt hb wcc plt na ldh tft tfts hba1c ca mg k cl po4 ua egfr ur
    creat alt alp ggt bili trop bnp psa afp pcr csf msu csu mc&s lp eta ga la picc cvc cvp art hfno niv cpap bipap nippv
    ett lma trache opa npa bvm aed gsf rip mccd ahp aahp sw swsp iro ihr osc tp pals pal cns nnu sspau nvq kpi ods rota
    wte cip rag sbar isbar atmist vip sskin must mna adl adls otc ic ics icb ccg pcn pho ukhsa phe who id idnt
    asap fyi ok tbc tba aka etc uk usa eu am pm gmt bst it hr ht am tv usb pc wifi ipad lan vpn cctv pin pid url
    ward bay bed unit ambo lucas mersey tca ssri maoi nsaid nsaids lmwh doac doacs noac ace arb ppi ppis maois atp
    her2 egfr car cml cll aml all nhl hl mds gvhd bmt auto allo fnf nof nofs loa los los bsl nnt iqr
    avm sah sdh edh ich evd icp cea aaa evar pvd pad dfu vad ted teds lmc mpft uclh gstt rdash bsuh nwas yas las
    eoe sca scas secamb emas wmas neas welsh waas swast sas ems hart merit hems
""")

# Endings that mark a word as ordinary or as a drug when no list of names has it.
ENDINGS = (
    "ed ing ly tion tions sion sions ment ments ness ity able ible ous ful less ism ology ologist ologists ectomy itis "
    "aemia aemic osis oscopy gram graphy ical ostomy otomy plasty pathy pril sartan olol statin mycin micin cillin azole "
    "parin xaban azepam azolam dipine mab tinib vir oxacin cycline gliptin gliflozin glutide setron triptan dronate caine "
    "curium curonium barbital phylline terol fenac profen coxib codeine morphine fentanil amine oxide chloride sulphate "
    "sulfate phosphate acetate citrate therapy ward bed room shift team"
)
ORDINARY_ENDINGS = tuple(ENDINGS.split())
