package sample

// locale is what the names and addresses of one language are made of. No list repeats an entry: names are unique
// because combinations are.
type locale struct {
	country, dial, mailbox string
	street, code           string // with a number in them
	cities                 []string
	families, given        []string
	trades, forms          []string
	pattern                string // of a company's name
	and, hyphen            string // between two family names, in a company and in a person
}

var locales = []locale{
	{
		country: "United Kingdom", dial: "+44", mailbox: "office", street: "%d King's Road", code: "EC%d", and: " & ", hyphen: "-", pattern: "{name} {trade} {form}",
		cities:   []string{"London", "Leeds", "Bristol", "King's Lynn", "Stow-on-the-Wold"},
		families: []string{"O'Brien", "Smith", "Taylor", "Whitfield", "MacLeod", "Ashworth", "Okafor", "Patel", "Hughes", "Fairbairn", "Nightingale", "St. John", "D'Arcy", "Pembroke", "Llewellyn", "Marsh", "Holloway", "Singh", "Baxter", "Winterbourne", "Quigley", "Ramsbottom"},
		given:    []string{"Oliver", "Amelia", "George", "Isla", "Harry", "Ava", "Noah", "Emily", "Siân", "Priya", "Callum", "Zoë", "Imogen", "Rhys", "Fiona", "Hamish", "Niamh", "Dev", "Beatrice", "Edmund"},
		trades:   []string{"Foods", "Engineering", "Consulting", "Logistics", "Textiles", "Software", "Interiors", "Marine", "Brewing", "Energy"},
		forms:    []string{"Ltd", "plc", "LLP", "& Sons Ltd"},
	},
	{
		country: "Germany", dial: "+49", mailbox: "kontakt", street: "Große Straße %d", code: "%d", and: " & ", hyphen: "-", pattern: "{name} {trade} {form}",
		cities:   []string{"Köln", "München", "Düsseldorf", "Lübeck", "Weißenfels"},
		families: []string{"Müller", "Schäfer", "Größmann", "Köhler", "Weiß", "Jäger", "Böttcher", "Krüger", "Fuß", "Vogel", "von Ahlen", "Öztürk", "Hübner", "Lang", "Schröder", "Nußbaum", "Dietrich", "Kaiser", "Yıldız", "Brüning", "Zöllner", "Straßer"},
		given:    []string{"Jürgen", "Käthe", "Björn", "Anneliese", "Götz", "Sören", "Heike", "Ursula", "Matthias", "Sigrid", "Jörg", "Bärbel", "Lukas", "Mia", "Emre", "Leonie", "Karl-Heinz", "Grete", "Uwe", "Änne"},
		trades:   []string{"Maschinenbau", "Bäckerei", "Werkzeuge", "Lebensmittel", "Möbel", "Verlag", "Elektrotechnik", "Spedition", "Brauerei", "Gerätebau"},
		forms:    []string{"GmbH", "AG", "KG", "e. K."},
	},
	{
		country: "France", dial: "+33", mailbox: "contact", street: "%d, rue de l'Église", code: "%d", and: " et ", hyphen: "-", pattern: "{trade} {name} {form}",
		cities:   []string{"Besançon", "Orléans", "Nîmes", "Saint-Étienne", "L'Haÿ-les-Roses"},
		families: []string{"Lefèvre", "François", "Bérenger", "D'Aubigné", "Hélène", "Garçon", "Moreau", "Noël", "Crépin", "Boyer", "Bénard", "Dubois", "L'Hermite", "Préaux", "Nguyễn", "Rivière", "Gérard", "Diallo", "Çelik", "Maçon", "Thévenet", "Gaël"},
		given:    []string{"Zoé", "René", "Amélie", "Hélène", "Jérôme", "Loïc", "Maëlle", "Benoît", "Anaïs", "Gaëlle", "Cédric", "Noémie", "Frédéric", "Aimée", "Éric", "Océane", "Théo", "Inès", "Raphaël", "Chloé"},
		trades:   []string{"Boulangerie", "Ateliers", "Éditions", "Transports", "Vins", "Mécanique", "Fromagerie", "Studio", "Électricité", "Verrerie"},
		forms:    []string{"SARL", "SA", "SAS", "et Fils"},
	},
	{
		country: "Mexico", dial: "+52", mailbox: "ventas", street: "Avenida Núñez %d", code: "%d", and: " y ", hyphen: " ", pattern: "{trade} {name} {form}",
		cities:   []string{"México D.F.", "Mérida", "León", "Querétaro", "San Luis Potosí"},
		families: []string{"Núñez", "Peña", "García", "Muñoz", "Ibáñez", "Güell", "López", "Ordóñez", "Zúñiga", "Martínez", "Ávila", "Cárdenas", "Íñiguez", "Vázquez", "Sáenz", "Treviño", "Bolaños", "Pérez", "Quiñones", "Ramírez", "Úbeda", "Yáñez"},
		given:    []string{"José", "María", "Ramón", "Sofía", "Andrés", "Lucía", "Joaquín", "Begoña", "Iñaki", "Ángel", "Mónica", "Jesús", "Inés", "Adrián", "Belén", "Óscar", "Rocío", "Tomás", "Verónica", "Matías"},
		trades:   []string{"Panadería", "Construcción", "Taquería", "Electrónica", "Muebles", "Transportes", "Cerámica", "Jardinería", "Diseño", "Papelería"},
		forms:    []string{"S.A. de C.V.", "S. de R.L.", "e Hijos", "S.C."},
	},
	{
		country: "Poland", dial: "+48", mailbox: "biuro", street: "ul. Żwirki %d", code: "%d", and: " i ", hyphen: "-", pattern: "{trade} {name} {form}",
		cities:   []string{"Łódź", "Kraków", "Gdańsk", "Poznań", "Świdnica"},
		families: []string{"Żak", "Łęcki", "Śliwa", "Gąsior", "Źrebiec", "Wójcik", "Dąbek", "Kościuszko", "Nowak", "Szczepan", "Młynarz", "Ćwik", "Jóźwiak", "Brzęk", "Czyż", "Pająk", "Królik", "Stępień", "Wróbel", "Zając", "Ślązak", "Ostrowąs"},
		given:    []string{"Łukasz", "Małgorzata", "Żaneta", "Paweł", "Michał", "Grażyna", "Świętosława", "Jędrzej", "Kazimierz", "Agnieszka", "Rafał", "Bożena", "Mirosław", "Zbigniew", "Elżbieta", "Józef", "Błażej", "Ścibor", "Anna", "Wojciech"},
		trades:   []string{"Piekarnia", "Zakład", "Hurtownia", "Księgarnia", "Usługi", "Mleczarnia", "Drukarnia", "Łączność", "Źródła", "Odzież"},
		forms:    []string{"sp. z o.o.", "S.A.", "s.c.", "sp. k."},
	},
	{
		country: "Ukraine", dial: "+380", mailbox: "ofis", street: "вул. Шевченка, %d", code: "%d", and: " і ", hyphen: "-", pattern: "{form} «{trade} {name}»",
		cities:   []string{"Київ", "Львів", "Одеса", "Чернівці", "Кам'янець-Подільський"},
		families: []string{"Коваленко", "Шевчук", "Бойко", "Ткаченко", "Мельник", "Гончар", "Лисенко", "Пономаренко", "Щербак", "Ющук", "Їжак", "Євтушенко", "Дем'яненко", "Чорновіл", "Романюк", "Савчук", "Кравець", "Іваненко", "Поліщук", "Власенко", "Марчук", "Остапчук"},
		given:    []string{"Олена", "Тарас", "Оксана", "Андрій", "Ярослава", "Богдан", "Їванна", "Євген", "Марія", "Остап", "Лариса", "Назар", "Юлія", "Кирило", "Софія", "В'ячеслав", "Дарина", "Ігор", "Зоряна", "Степан"},
		trades:   []string{"Хлібзавод", "Будівництво", "Транспорт", "Видавництво", "Молоко", "Технології", "Меблі", "Електроніка", "Зв'язок", "Агро"},
		forms:    []string{"ТОВ", "ПП", "АТ", "ФОП"},
	},
	{
		country: "Greece", dial: "+30", mailbox: "grafeio", street: "Οδός Ερμού %d", code: "%d", and: " & ", hyphen: "-", pattern: "{trade} {name} {form}",
		cities:   []string{"Αθήνα", "Θεσσαλονίκη", "Πάτρα", "Ηράκλειο", "Λάρισα"},
		families: []string{"Παπαδόπουλος", "Γεωργίου", "Αλεξίου", "Νικολάου", "Κωνσταντίνου", "Δημητρίου", "Οικονόμου", "Ιωάννου", "Αντωνίου", "Μαρκόπουλος", "Βασιλείου", "Αγγελόπουλος", "Λάμπρου", "Στεργίου", "Χατζής", "Μιχαηλίδης", "Θεοδώρου", "Ψαράς", "Ξενάκης", "Ρήγας", "Ζαφείρης", "Ωραιόπουλος"},
		given:    []string{"Γιώργος", "Μαρία", "Ελένη", "Κώστας", "Σοφία", "Δημήτρης", "Άννα", "Νίκος", "Ίρις", "Αθηνά", "Πέτρος", "Ζωή", "Στέλιος", "Χρυσούλα", "Θάνος", "Ευαγγελία", "Λουκάς", "Ρένα", "Όθων", "Φωτεινή"},
		trades:   []string{"Αρτοποιία", "Ναυτιλιακή", "Εκδόσεις", "Κατασκευές", "Τρόφιμα", "Έπιπλα", "Μεταφορές", "Ηλεκτρονικά", "Ύφανση", "Οίνοι"},
		forms:    []string{"Α.Ε.", "Ε.Π.Ε.", "Ο.Ε.", "& Υιοί"},
	},
	{
		country: "China", dial: "+86", mailbox: "xinxi", street: "人民路%d号", code: "%d0", and: "", hyphen: "", pattern: "{name}{trade}{form}",
		cities:   []string{"北京", "上海", "广州", "成都", "哈尔滨"},
		families: []string{"王", "李", "张", "刘", "陈", "杨", "黄", "赵", "周", "吴", "徐", "孙", "马", "朱", "胡", "郭", "何", "高", "林", "罗", "郑", "梁"},
		given:    []string{"伟", "芳", "娜", "秀英", "敏", "静", "丽", "强", "磊", "军", "洋", "勇", "艳", "杰", "娟", "涛", "明", "超", "秀兰", "霞"},
		trades:   []string{"食品", "电子", "机械", "贸易", "科技", "纺织", "家具", "物流", "建筑", "茶叶"},
		forms:    []string{"有限公司", "股份有限公司", "集团", "工厂"},
	},
	{
		country: "Japan", dial: "+81", mailbox: "jimu", street: "本町%d番地", code: "%d", and: "・", hyphen: "・", pattern: "{name}{trade}{form}",
		cities:   []string{"東京", "大阪", "札幌", "福岡", "金沢"},
		families: []string{"佐藤", "鈴木", "高橋", "田中", "渡辺", "伊藤", "山本", "中村", "小林", "加藤", "吉田", "山田", "佐々木", "山口", "松本", "井上", "木村", "林", "斎藤", "清水", "ヴォルフ", "ジョンソン"},
		given:    []string{"太郎", "花子", "健一", "美咲", "翔太", "さくら", "陽菜", "大輔", "直樹", "ゆかり", "蓮", "葵", "悠真", "結衣", "拓海", "七海", "アンナ", "誠", "恵", "カレン"},
		trades:   []string{"商事", "製作所", "食品", "電機", "出版", "運輸", "建設", "酒造", "システム", "ファーマ"},
		forms:    []string{"株式会社", "有限会社", "合同会社", "本舗"},
	},
	{
		country: "South Korea", dial: "+82", mailbox: "samusil", street: "중앙로 %d", code: "%d", and: "·", hyphen: "", pattern: "{form} {name} {trade}",
		cities:   []string{"서울", "부산", "대구", "인천", "전주"},
		families: []string{"김", "이", "박", "최", "정", "강", "조", "윤", "장", "임", "한", "오", "서", "신", "권", "황", "안", "송", "류", "전", "홍", "남궁"},
		given:    []string{"민준", "서연", "지훈", "하은", "도윤", "지우", "예준", "수아", "시우", "다은", "주원", "채원", "현우", "유진", "건우", "소율", "우진", "나은", "성민", "은서"},
		trades:   []string{"식품", "전자", "건설", "물산", "기계", "섬유", "출판", "운송", "에너지", "가구"},
		forms:    []string{"주식회사", "유한회사", "(주)", "합자회사"},
	},
	{
		country: "Egypt", dial: "+20", mailbox: "maktab", street: "شارع النيل %d", code: "%d", and: " و", hyphen: " ", pattern: "{form} {name} {trade}",
		cities:   []string{"القاهرة", "الإسكندرية", "الجيزة", "أسوان", "المنصورة"},
		families: []string{"حسن", "محمود", "إبراهيم", "السيد", "عبد الله", "منصور", "فاروق", "الشريف", "زكي", "عثمان", "صالح", "النجار", "الحداد", "رمضان", "يوسف", "سليمان", "البنا", "عوض", "غانم", "خليل", "ناصر", "الطيب"},
		given:    []string{"أحمد", "فاطمة", "محمد", "مريم", "عمر", "ليلى", "خالد", "نور", "يحيى", "سارة", "طارق", "هدى", "كريم", "آمنة", "باسل", "رانيا", "زياد", "سلمى", "وليد", "دينا"},
		trades:   []string{"للتجارة", "للمقاولات", "للأغذية", "للنقل", "للإلكترونيات", "للنشر", "للأثاث", "للنسيج", "للطاقة", "للسياحة"},
		forms:    []string{"شركة", "مؤسسة", "مجموعة", "مصنع"},
	},
	{
		country: "Israel", dial: "+972", mailbox: "misrad", street: "רחוב הרצל %d", code: "%d", and: " ו", hyphen: "-", pattern: "{name} {trade} {form}",
		cities:   []string{"תל אביב", "ירושלים", "חיפה", "באר שבע", "נצרת"},
		families: []string{"כהן", "לוי", "מזרחי", "פרץ", "ביטון", "דהן", "אברהם", "פרידמן", "שפירא", "אזולאי", "מלכה", "גבאי", "כץ", "רוזנברג", "חדד", "עמר", "ברק", "שלום", "הררי", "נחום", "אלמוג", "צ'רניחובסקי"},
		given:    []string{"נועה", "דוד", "יעל", "משה", "תמר", "יוסף", "שירה", "אורי", "מיכל", "איתי", "רחל", "עומר", "ליאת", "גיל", "אסתר", "נדב", "הילה", "רון", "מאיה", "אלון"},
		trades:   []string{"מזון", "טכנולוגיות", "בנייה", "הוצאה לאור", "תחבורה", "אנרגיה", "רהיטים", "אופנה", "מחשבים", "חקלאות"},
		forms:    []string{"בע\"מ", "ושות'", "ובניו", "אחזקות"},
	},
	{
		country: "India", dial: "+91", mailbox: "karyalay", street: "महात्मा गांधी मार्ग %d", code: "%d0", and: " एवं ", hyphen: " ", pattern: "{name} {trade} {form}",
		cities:   []string{"दिल्ली", "मुंबई", "जयपुर", "वाराणसी", "भोपाल"},
		families: []string{"शर्मा", "वर्मा", "गुप्ता", "सिंह", "पटेल", "मिश्रा", "जोशी", "अग्रवाल", "चौधरी", "यादव", "त्रिवेदी", "कुलकर्णी", "मेहता", "श्रीवास्तव", "पांडे", "देसाई", "नायर", "रेड्डी", "बंसल", "सक्सेना", "दुबे", "ठाकुर"},
		given:    []string{"आरव", "अनन्या", "विवान", "दीया", "अर्जुन", "ईशा", "रोहन", "प्रिया", "कृष्ण", "लक्ष्मी", "मोहन", "सीता", "राहुल", "पूजा", "संजय", "कविता", "विक्रम", "नेहा", "हरि", "मीरा"},
		trades:   []string{"उद्योग", "ट्रेडर्स", "मिठाई", "वस्त्र", "निर्माण", "प्रकाशन", "परिवहन", "ऊर्जा", "इलेक्ट्रॉनिक्स", "फर्नीचर"},
		forms:    []string{"प्रा. लि.", "लि.", "एंड संस", "ब्रदर्स"},
	},
	{
		country: "Thailand", dial: "+66", mailbox: "samnakngan", street: "%d ถนนสุขุมวิท", code: "%d", and: "และ", hyphen: "-", pattern: "{form} {name}{trade}",
		cities:   []string{"กรุงเทพฯ", "เชียงใหม่", "ภูเก็ต", "ขอนแก่น", "อยุธยา"},
		families: []string{"สมบูรณ์", "ศรีสุข", "ทองดี", "แก้วมณี", "บุญมา", "วงศ์ไทย", "จันทร์เพ็ญ", "รุ่งเรือง", "สุขใจ", "พงษ์พัฒน์", "ชัยวัฒน์", "ใจดี", "มั่นคง", "เจริญผล", "อินทร์แก้ว", "คำแสน", "ปัญญา", "วิเศษ", "น้อยใหญ่", "กิตติ", "ภักดี", "ธนากร"},
		given:    []string{"สมชาย", "สมหญิง", "ประเสริฐ", "มาลี", "วิชัย", "สุดา", "อนันต์", "นภา", "กมล", "พรทิพย์", "ธีระ", "อรุณ", "ชูชัย", "รัตนา", "ณัฐ", "ปิยะ", "วราภรณ์", "สุรชัย", "จินตนา", "ไพโรจน์"},
		trades:   []string{"อาหาร", "ก่อสร้าง", "ขนส่ง", "สิ่งทอ", "อิเล็กทรอนิกส์", "การพิมพ์", "พลังงาน", "เฟอร์นิเจอร์", "การค้า", "เทคโนโลยี"},
		forms:    []string{"บริษัท", "ห้างหุ้นส่วนจำกัด", "ร้าน", "กลุ่ม"},
	},
}

var (
	industries  = []string{"Manufacturing", "Consulting", "Education", "Financial Services", "Technology", "Communications", "Real Estate"}
	titles      = []string{"Owner", "Sales Representative", "Marketing Manager", "Accounting Manager", "Order Administrator", "CEO", "Buyer", "Chef d'équipe"}
	departments = []string{"Sales", "Purchasing", "Finance", "IT", "R&D", "Customer Care"}

	qualities = []string{"Compact", "Heavy-Duty", "Portable", "Café", "Classic", "Wireless", "Ergonomic", "Two-Stage", "Low-Noise", "Certified",
		"Modular", "Foldable", "Chef's", "Industrial", "Premium", "Eco"}
	materials = []string{"Steel", "Oak", "Carbon", "Ceramic", "Copper", "Bamboo", "Glass", "Aluminium", "Linen", "Rubber", "Titanium", "Cork",
		"Graphite", "Brass", "Felt", "Nylon"}
	things = []string{"Desk Lamp", "Bottle 1.5 l", "Toolbox", "Chair", "Cable 10 m", "Scanner", "Grinder", "Shelf 80×40", "Pump", "Valve ½\"",
		"Sensor", "Kettle", "Workbench", "Helmet", "Filter", "Gauge", "Tray", "Router", "Licence, 1 year", "Maintenance (hourly)",
		"Bracket", "Trolley", "Label Printer", "Gasket Set"}
)
