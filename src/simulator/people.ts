/** Names for the titles of customers' accounts: frequent American first names and surnames, combined at random. */
import type { Random } from "./random.ts";

const FIRST_NAMES = words(`
  James Mary Robert Patricia John Jennifer Michael Linda David Elizabeth William Barbara Richard Susan Joseph Jessica Thomas
  Sarah Christopher Karen Charles Lisa Daniel Nancy Matthew Sandra Anthony Ashley Mark Emily Steven Donna Andrew Michelle Paul
  Carol Joshua Amanda Kenneth Melissa Kevin Deborah Brian Stephanie George Rebecca Edward Laura Ronald Helen Timothy Sharon
  Jason Cynthia Jeffrey Kathleen Ryan Amy Jacob Angela Gary Anna Nicholas Ruth Eric Brenda Jonathan Pamela Stephen Nicole
  Larry Katherine Justin Virginia Scott Catherine Brandon Christine Benjamin Samantha Samuel Debra Gregory Janet Frank Rachel
`);

const SURNAMES = words(`
  Smith Johnson Williams Brown Jones Garcia Miller Davis Rodriguez Martinez Hernandez Lopez Gonzalez Wilson Anderson Thomas
  Taylor Moore Jackson Martin Lee Perez Thompson White Harris Sanchez Clark Ramirez Lewis Robinson Walker Young Allen King
  Wright Scott Torres Nguyen Hill Flores Green Adams Nelson Baker Hall Rivera Campbell Mitchell Carter Roberts Gomez Phillips
  Evans Turner Diaz Parker Cruz Edwards Collins Reyes Stewart Morris Morales Murphy Cook Rogers Gutierrez Ortiz Morgan Cooper
  Peterson Bailey Reed Kelly Howard Ramos Kim Cox Ward Richardson Watson Brooks Chavez Wood James Bennett Gray Mendoza Ruiz
  Hughes Price Alvarez Castillo Sanders Patel Myers Long Ross Foster Jimenez Powell Jenkins Perry Russell Sullivan Bell
  Coleman Butler Henderson Barnes Fisher Vasquez Simmons Graham Murray Ford Castro Marshall Owens Harrison Fernandez
`);

/** Introducing brokers whose proprietary accounts the firm carries. All are invented. */
export const INTRODUCING_FIRMS = [
  "Harbor Street Securities",
  "Millrace Capital",
  "Fourth Ward Brokerage",
  "Cedar Point Trading",
  "Lantern Hill Partners",
] as const;

function words(text: string): readonly [string, ...string[]] {
  const [first = "", ...others] = text.trim().split(/\s+/);
  return [first, ...others];
}

export function personName(random: Random): string {
  return `${random.pick(FIRST_NAMES)} ${random.pick(SURNAMES)}`;
}
