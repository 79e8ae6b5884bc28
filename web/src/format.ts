/** Figures, times and names as people read them. Amounts come as decimal strings and are never put through a float. */

function group(digits: string): string {
  return digits.replaceAll(/\B(?=(\d{3})+$)/g, ",");
}

interface Parts {
  readonly negative: boolean;
  readonly whole: string;
  readonly fraction: string;
}

function parts(decimal: string): Parts {
  const negative = decimal.startsWith("-");
  const [whole = "0", fraction = ""] = decimal.slice(negative ? 1 : 0).split(".");
  return { negative: negative && /[1-9]/.test(decimal), whole: group(whole), fraction };
}

/** "-1234567.50" is "(1,234,567.50)", as books write it. */
export function money(amount: string): string {
  const { negative, whole, fraction } = parts(amount);
  const text = fraction === "" ? whole : `${whole}.${fraction}`;
  return negative ? `(${text})` : text;
}

/** To the dollar, half up: for bars and lists, where the cents are one click away. */
export function dollars(amount: string): string {
  const { negative, whole, fraction } = parts(amount);
  const rounded = group(String(BigInt(whole.replaceAll(",", "")) + (fraction >= "5" ? 1n : 0n)));
  return negative && rounded !== "0" ? `(${rounded})` : rounded;
}

const SIZES = [
  [9, "bn"],
  [6, "m"],
  [3, "k"],
] as const;

/** To three digits or the dollar, half up, for a place with little room: "1.20 m", "412 k", "(57)". */
export function compact(amount: string): string {
  const { negative, whole, fraction } = parts(amount);
  const units = BigInt(whole.replaceAll(",", "")) + (fraction >= "5" ? 1n : 0n);
  const text = compactUnits(units);
  return negative && text !== "0" ? `(${text})` : text;
}

function compactUnits(units: bigint): string {
  for (const [power, size] of SIZES) {
    const one = 10n ** BigInt(power);
    if (units < one) continue;
    const decimals = 3 - String(units / one).length;
    if (decimals <= 0) return `${group(String((units + one / 2n) / one))} ${size}`;
    const step = one / 10n ** BigInt(decimals);
    const digits = String((units + step / 2n) / step);
    return `${digits.slice(0, -decimals)}.${digits.slice(-decimals)} ${size}`;
  }
  return String(units);
}

/** A change: always with its sign, "+1,234" or "−1,234"; to the dollar where `whole`. */
export function change(amount: string, whole = false): string {
  const { negative } = parts(amount);
  const unsigned = amount.replace("-", "");
  const text = whole ? dollars(unsigned) : money(unsigned);
  if (!/[1-9]/.test(text)) return text;
  return `${negative ? "−" : "+"}${text}`;
}

/** A part of a whole in percent, "−12%", "140%"; nothing where there is no whole. */
export function shareOf(part: string, whole: string): string {
  const share = (100 * Number(part)) / Number(whole);
  if (!Number.isFinite(share)) return "";
  const rounded = Math.abs(share) < 10 ? share.toFixed(1) : String(Math.round(share));
  return `${rounded.replace("-", "−")}%`;
}

export function quantity(units: string): string {
  const { negative, whole, fraction } = parts(units);
  const text = fraction === "" ? whole : `${whole}.${fraction}`;
  return negative ? `−${text}` : text;
}

/** −1, 0 or 1. */
export function signOf(amount: string): number {
  const { negative } = parts(amount);
  if (negative) return -1;
  return /[1-9]/.test(amount) ? 1 : 0;
}

/** `a − b`, exactly, of two amounts with the same decimals. */
export function difference(a: string, b: string): string {
  const decimals = a.split(".")[1]?.length ?? 0;
  const units = BigInt(a.replace(".", "")) - BigInt(b.replace(".", ""));
  if (decimals === 0) return String(units);
  const digits = String(units < 0n ? -units : units).padStart(decimals + 1, "0");
  return `${units < 0n ? "-" : ""}${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
}

/** For an axis: millions with as many decimals as `step` needs. */
export function millions(value: number, step: number): string {
  const decimals = (step / 1e6).toFixed(4).replace(/0+$/, "").split(".")[1]?.length;
  return `${(value / 1e6).toFixed(decimals)} m`;
}

export function count(value: number): string {
  return group(String(Math.round(value)));
}

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(zone: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${zone} ${Object.keys(options).join(" ")}`;
  const known = formats.get(key) ?? new Intl.DateTimeFormat("en-GB", { timeZone: zone, ...options });
  formats.set(key, known);
  return known;
}

/** "10:42:17". */
export function clock(at: string | number, zone: string): string {
  return formatOf(zone, { hour: "2-digit", minute: "2-digit", second: "2-digit" }).format(new Date(at));
}

/** "Fri 20 Nov 2026". */
export function calendarDay(at: string, zone: string): string {
  return formatOf(zone, { weekday: "short", day: "numeric", month: "short", year: "numeric" })
    .format(new Date(at))
    .replace(",", "");
}

/** The time alone on the day of `now`, else the day as well: "21 Aug 18:00". */
export function moment(at: string, now: string, zone: string): string {
  if (calendarDay(at, zone) === calendarDay(now, zone)) return clock(at, zone);
  const parts = { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" } as const;
  return formatOf(zone, parts).format(new Date(at)).replace(",", "");
}

/** The time from `now` to `then`, or back to it: "2 d 03:10", "23:41:07", "0:59". */
export function countdown(then: string, now: string): string {
  const seconds = Math.floor(Math.abs(Date.parse(then) - Date.parse(now)) / 1000);
  const two = (value: number): string => String(value).padStart(2, "0");
  const [days, hours, minutes] = [
    Math.floor(seconds / 86_400),
    Math.floor(seconds / 3600) % 24,
    Math.floor(seconds / 60) % 60,
  ];
  if (days > 0) return `${days} d ${two(hours)}:${two(minutes)}`;
  if (hours > 0) return `${hours}:${two(minutes)}:${two(seconds % 60)}`;
  return `${minutes}:${two(seconds % 60)}`;
}

/** What people call the zone at that instant: "EST". */
export function zoneName(at: string, zone: string): string {
  const format = new Intl.DateTimeFormat("en-US", { timeZone: zone, timeZoneName: "short" });
  return format.formatToParts(new Date(at)).find(({ type }) => type === "timeZoneName")?.value ?? zone;
}

/** "108.10%", or a dash where it cannot be said. */
export function percentText(percent: string | null): string {
  return percent === null ? "–" : `${percent}%`;
}

export function capitalised(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

/** The name of an input in words: "marketValue" is "market value". */
export function words(name: string): string {
  return name
    .replaceAll(/([a-z0-9])([A-Z])/g, "$1 $2")
    .replaceAll(/[-_]/g, " ")
    .toLowerCase();
}

/** An input's value: amounts are grouped, all else is already in words. */
export function inputValue(value: string): string {
  return /^-?\d+(\.\d+)?$/.test(value) ? money(value) : value;
}

/** Where a paragraph can be read, if we know its address. "15c3-1(c)(2)(vi)" is in title 17, section 240.15c3-1. */
export function paragraphAddress(paragraph: string): string | undefined {
  if (/^(?:FINRA )?4210(?:\([A-Za-z0-9]+\))*(?:-\([a-z]\))?$/.test(paragraph))
    return "https://www.finra.org/rules-guidance/rulebooks/finra-rules/4210";
  const regulationT = /^(220\.\d+)(?:\([A-Za-z0-9]+\))*$/.exec(paragraph);
  if (regulationT !== null) return `https://www.ecfr.gov/current/title-12/section-${regulationT[1]}`;
  const match = /^(1[57][ac]\d*-\d+[a-z]?)((?:\([A-Za-z0-9]+\))*)$/.exec(paragraph);
  if (match === null) return undefined;
  const [, section, sub] = match;
  const anchor = sub === "" ? "" : `#p-240.${section}${sub}`;
  return `https://www.ecfr.gov/current/title-17/section-240.${section}${anchor}`;
}
