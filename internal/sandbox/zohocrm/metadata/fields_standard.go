package metadata

// The standard fields of the modules, with the API names that Zoho CRM uses.

var salutations = []string{"-None-", "Mr.", "Mrs.", "Ms.", "Dr.", "Prof."}

var leadSources = []string{"-None-", "Advertisement", "Cold Call", "Employee Referral", "External Referral",
	"Online Store", "Partner", "Public Relations", "Sales Email Alias", "Seminar Partner", "Internal Seminar",
	"Trade Show", "Web Download", "Web Research", "Chat"}

var industries = []string{"-None-", "ASP (Application Service Provider)", "Data/Telecom OEM", "ERP (Enterprise Resource Planning)",
	"Government/Military", "Large Enterprise", "ManagementISV", "MSP (Management Service Provider)",
	"Network Equipment Enterprise", "Non-management ISV", "Optical Networking", "Service Provider", "Small/Medium Enterprise",
	"Storage Equipment", "Storage Service Provider", "Systems Integrator", "Wireless Industry", "Communications", "Consulting",
	"Education", "Financial Services", "Manufacturing", "Real Estate", "Technology"}

var accountTypes = []string{"-None-", "Analyst", "Competitor", "Customer", "Distributor", "Integrator", "Investor",
	"Other", "Partner", "Press", "Prospect", "Reseller", "Supplier", "Vendor"}

func accountFields() []Field {
	fields := []Field{
		mandatory(text("Account_Name", 200)),
		phone("Phone"),
		text("Account_Site", 80),
		phone("Fax"),
		lookup("Parent_Account", "Accounts"),
		website("Website"),
		labelled("Account Number", text("Account_Number", 40)),
		text("Ticker_Symbol", 30),
		picklist("Account_Type", accountTypes...),
		picklist("Ownership", "-None-", "Other", "Private", "Public", "Subsidiary", "Partnership", "Government", "Privately Held", "Public Company"),
		picklist("Industry", industries...),
		integer("Employees"),
		money("Annual_Revenue"),
		integer("SIC_Code"),
		picklist("Rating", "-None-", "Acquired", "Active", "Market Failed", "Project Cancelled", "Shut Down"),
	}
	fields = append(fields, address("Billing")...)
	fields = append(fields, address("Shipping")...)
	return append(fields, textArea("Description"))
}

func contactFields() []Field {
	fields := []Field{
		picklist("Salutation", salutations...),
		text("First_Name", 40),
		mandatory(text("Last_Name", 80)),
		readOnly(text("Full_Name", 120)),
		lookup("Account_Name", "Accounts"),
		email("Email"),
		text("Title", 100),
		text("Department", 50),
		phone("Phone"),
		phone("Home_Phone"),
		phone("Other_Phone"),
		phone("Mobile"),
		phone("Fax"),
		text("Assistant", 60),
		phone("Asst_Phone"),
		date("Date_of_Birth"),
		picklist("Lead_Source", leadSources...),
		boolean("Email_Opt_Out"),
		text("Skype_ID", 50),
		email("Secondary_Email"),
		text("Twitter", 50),
		lookup("Reporting_To", "Contacts"),
	}
	fields = append(fields, address("Mailing")...)
	fields = append(fields, address("Other")...)
	return append(fields, textArea("Description"))
}

func productFields() []Field {
	return []Field{
		mandatory(text("Product_Name", 200)),
		text("Product_Code", 100),
		boolean("Product_Active"),
		picklist("Manufacturer", "-None-", "AltvetPet Inc.", "LexPon Inc.", "MetBeat Corp."),
		picklist("Product_Category", "-None-", "Hardware", "Software", "CRM Applications"),
		date("Sales_Start_Date"),
		date("Sales_End_Date"),
		date("Support_Start_Date"),
		date("Support_Expiry_Date"),
		money("Unit_Price"),
		decimal("Commission_Rate", 2),
		boolean("Taxable"),
		{API: "Tax", Type: TypeMultiPick, Length: 120, Picks: []string{"Sales Tax", "Vat"}},
		picklist("Usage_Unit", "-None-", "Box", "Carton", "Dozen", "Each", "Hours", "Impressions", "Lb", "M", "Pack", "Pages",
			"Pieces", "Quantity", "Reams", "Sheet", "Spiral Binder", "Square Feet"),
		decimal("Qty_Ordered", 2),
		decimal("Qty_in_Stock", 2),
		decimal("Reorder_Level", 2),
		decimal("Qty_in_Demand", 2),
		textArea("Description"),
	}
}
