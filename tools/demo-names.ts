/**
 * What today's symbol directories cannot say about August 2015: names of companies whose symbol is gone or has been given
 * to another issuer since, and funds that the directories no longer list on Nasdaq. Written by hand; names only.
 */

/** Symbol = name in 2015, one a line. These symbols take no CUSIP from the maps of today. */
export const NAMES_OF_2015 = `
AA=Alcoa Inc.
ABC=AmerisourceBergen Corporation
ABX=Barrick Gold Corporation
ACE=ACE Limited
ADS=Alliance Data Systems Corporation
AET=Aetna Inc.
AGN=Allergan plc
ALTR=Altera Corporation
ALXN=Alexion Pharmaceuticals, Inc.
ANTM=Anthem, Inc.
APC=Anadarko Petroleum Corporation
ARG=Airgas, Inc.
ARMH=ARM Holdings plc
ATVI=Activision Blizzard, Inc.
AVB=AvalonBay Communities, Inc.
BBBY=Bed Bath & Beyond Inc.
BBT=BB&T Corporation
BCR=C. R. Bard, Inc.
BHI=Baker Hughes Incorporated
BK=The Bank of New York Mellon Corporation
BRCM=Broadcom Corporation
BXLT=Baxalta Incorporated
CA=CA, Inc.
CAM=Cameron International Corporation
CB=The Chubb Corporation
CBS=CBS Corporation
CCE=Coca-Cola Enterprises, Inc.
CELG=Celgene Corporation
CERN=Cerner Corporation
CHK=Chesapeake Energy Corporation
CLR=Continental Resources, Inc.
CMA=Comerica Incorporated
CMCSK=Comcast Corporation, special class A
COG=Cabot Oil & Gas Corporation
COH=Coach, Inc.
CTL=CenturyLink, Inc.
CTRP=Ctrip.com International, Ltd.
CTXS=Citrix Systems, Inc.
CXO=Concho Resources Inc.
CYBR=CyberArk Software Ltd.
CYT=Cytec Industries Inc.
DATA=Tableau Software, Inc.
DD=E. I. du Pont de Nemours and Company
DFS=Discover Financial Services
DISCA=Discovery Communications, Inc., series A
DISCK=Discovery Communications, Inc., series C
DISH=DISH Network Corporation
DLPH=Delphi Automotive PLC
DNKN=Dunkin' Brands Group, Inc.
DOW=The Dow Chemical Company
EMC=EMC Corporation
ENDP=Endo International plc
EQR=Equity Residential
ESRX=Express Scripts Holding Company
ETE=Energy Transfer Equity, L.P.
ETP=Energy Transfer Partners, L.P.
FB=Facebook, Inc.
FEYE=FireEye, Inc.
FIT=Fitbit, Inc.
FL=Foot Locker, Inc.
FLT=FleetCor Technologies, Inc.
FOX=Twenty-First Century Fox, Inc., class B
FOXA=Twenty-First Century Fox, Inc., class A
GAS=AGL Resources Inc.
GE=General Electric Company
GG=Goldcorp Inc.
GGP=General Growth Properties, Inc.
GMCR=Keurig Green Mountain, Inc.
GPS=The Gap, Inc.
HBI=Hanesbrands Inc.
HCC=HCC Insurance Holdings, Inc.
HCN=Health Care REIT, Inc.
HCP=HCP, Inc.
HES=Hess Corporation
HFC=HollyFrontier Corporation
HOLX=Hologic, Inc.
HOT=Starwood Hotels & Resorts Worldwide, Inc.
HPQ=Hewlett-Packard Company
HSP=Hospira, Inc.
IR=Ingersoll-Rand plc
JAH=Jarden Corporation
JNPR=Juniper Networks, Inc.
JWN=Nordstrom, Inc.
K=Kellogg Company
KORS=Michael Kors Holdings Limited
KSU=Kansas City Southern
LB=L Brands, Inc.
LLTC=Linear Technology Corporation
LNKD=LinkedIn Corporation
MBLY=Mobileye N.V.
MDVN=Medivation, Inc.
MHFI=McGraw Hill Financial, Inc.
MJN=Mead Johnson Nutrition Company
MMC=Marsh & McLennan Companies, Inc.
MNK=Mallinckrodt plc
MON=Monsanto Company
MRO=Marathon Oil Corporation
MYL=Mylan N.V.
NBL=Noble Energy, Inc.
NFX=Newfield Exploration Company
NLSN=Nielsen N.V.
PCLN=The Priceline Group Inc.
PCP=Precision Castparts Corp.
PLL=Pall Corporation
POT=Potash Corporation of Saskatchewan Inc.
PX=Praxair, Inc.
PXD=Pioneer Natural Resources Company
QIHU=Qihoo 360 Technology Co. Ltd.
RAD=Rite Aid Corporation
RAI=Reynolds American Inc.
RCPT=Receptos, Inc.
RHT=Red Hat, Inc.
RTN=Raytheon Company
S=Sprint Corporation
SCTY=SolarCity Corporation
SE=Spectra Energy Corp
SEE=Sealed Air Corporation
SHPG=Shire plc
SIAL=Sigma-Aldrich Corporation
SKX=Skechers U.S.A., Inc.
SNDK=SanDisk Corporation
SPLK=Splunk Inc.
SPLS=Staples, Inc.
STI=SunTrust Banks, Inc.
STJ=St. Jude Medical, Inc.
SUNE=SunEdison, Inc.
SWN=Southwestern Energy Company
SYMC=Symantec Corporation
THOR=Thoratec Corporation
TIF=Tiffany & Co.
TOT=Total S.A.
TSO=Tesoro Corporation
TWC=Time Warner Cable Inc.
TWTR=Twitter, Inc.
TWX=Time Warner Inc.
TYC=Tyco International plc
UA=Under Armour, Inc., class A
UN=Unilever N.V.
UTX=United Technologies Corporation
VIAB=Viacom Inc., class B
VMW=VMware, Inc.
VRX=Valeant Pharmaceuticals International, Inc.
WBA=Walgreens Boots Alliance, Inc.
WFM=Whole Foods Market, Inc.
WLL=Whiting Petroleum Corporation
WWAV=The WhiteWave Foods Company
WYN=Wyndham Worldwide Corporation
X=United States Steel Corporation
XEC=Cimarex Energy Co.
XLNX=Xilinx, Inc.
YHOO=Yahoo! Inc.
YY=YY Inc.
`;

/** Exchange-traded funds and notes of 2015 that today's Nasdaq directory does not show as such: symbol, daily leverage, name. */
export const FUNDS_OF_2015 = `
SPY,1,SPDR S&P 500 ETF Trust
VXX,1,iPath S&P 500 VIX Short-Term Futures ETN
XIV,-1,VelocityShares Daily Inverse VIX Short-Term ETN
ZIV,-1,VelocityShares Daily Inverse VIX Medium-Term ETN
TVIX,2,VelocityShares Daily 2x VIX Short-Term ETN
TVIZ,2,VelocityShares Daily 2x VIX Medium-Term ETN
VIIX,1,VelocityShares VIX Short-Term ETN
VIIZ,1,VelocityShares VIX Medium-Term ETN
UGLD,3,VelocityShares 3x Long Gold ETN
DGLD,-3,VelocityShares 3x Inverse Gold ETN
USLV,3,VelocityShares 3x Long Silver ETN
DSLV,-3,VelocityShares 3x Inverse Silver ETN
GLDI,1,Credit Suisse Gold Shares Covered Call ETN
SLVO,1,Credit Suisse Silver Shares Covered Call ETN
ADRA,1,BLDRS Asia 50 ADR Index Fund
ADRD,1,BLDRS Developed Markets 100 ADR Index Fund
ADRE,1,BLDRS Emerging Markets 50 ADR Index Fund
ADRU,1,BLDRS Europe Select ADR Index Fund
KWEB,1,KraneShares CSI China Internet ETF
ROBO,1,Robo-Stox Global Robotics and Automation Index ETF
VIDI,1,Vident International Equity Fund
VUSE,1,Vident Core U.S. Equity Fund
VBND,1,Vident Core U.S. Bond Strategy ETF
MBSD,1,FlexShares Disciplined Duration MBS Index Fund
DXGE,1,WisdomTree Germany Hedged Equity Fund
DXJS,1,WisdomTree Japan Hedged SmallCap Equity Fund
FTLB,1,First Trust Hedged BuyWrite Income ETF
FBZ,1,First Trust Brazil AlphaDEX Fund
BICK,1,First Trust BICK Index Fund
`;

/** Symbols of companies in 2015 that the directories of today give to a Nasdaq fund. */
export const NOT_FUNDS_IN_2015: ReadonlySet<string> = new Set(["AIQ"]);
