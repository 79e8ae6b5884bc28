/** Accounts that bounds leave in doubt, swept in those thirds of the lanes that are in doubt, one third after another. */
import { add, ANEW, EQUITY, GROUP_ROW, HELD, ROW, THIRD, UNKNOWN } from "./layout";
import { addShortfall, isBelow, isUnknown } from "./shortfalls";
import { ENTRY } from "./doubt";

/** Adds what of eight figures, less `less`, lies below zero to the sums. `lanes`: bytes from the first lane of a row. */
@inline
function addEight(a: v128, b: v128, less: f32, sums: usize, lanes: usize): void {
  const taken = f32x4.splat(less);
  if (!isBelow(f32x4.sub(a, taken)) && !isBelow(f32x4.sub(b, taken))) return;
  addShortfall(a, less, sums, lanes);
  addShortfall(b, less, sums, lanes + 16);
}

/** Sweeps the accounts of a list, in the thirds in doubt, and says how many those were. */
@inline
export function sweepThirds(
  book: usize,
  tables: usize,
  groupTable: usize,
  list: usize,
  end: usize,
  result: usize,
  isEquityAlone: bool,
  isRelaxed: bool,
): i32 {
  const starts = <usize>load<u32>(book, 0);
  const cashes = <usize>load<u32>(book, 4);
  const groups = <usize>load<u32>(book, 8);
  const allSeries = <usize>load<u32>(book, 12);
  const allUnits = <usize>load<u32>(book, 16);
  const counts = <usize>load<u32>(book, 20);
  let swept = 0;
  for (let lanes: usize = 0; lanes < ROW; lanes += THIRD) {
    const table = <usize>load<u32>(tables, 0) + lanes;
    const values = <usize>load<u32>(tables, 4) + lanes;
    const doubt = 1 << <i32>(lanes / THIRD);
    for (let entry = list; entry < end; entry += ENTRY) {
      if ((load<i32>(entry, 8) & doubt) === 0) continue;
      swept++;
      const account = <usize>load<u32>(entry);
      const at = <usize>load<u32>(starts + (account << 2));
      let series = allSeries + (at << 1);
      let units = allUnits + (at << 2);
      const last = units + (<usize>load<u16>(counts + (account << 1)) << 2);
      let a = v128.load32_splat(cashes + (account << 2));
      let b = a;
      let g = a;
      let h = a;
      const group = <usize>load<u32>(groups + (account << 2));
      if (group !== 0) {
        const row = groupTable + group * GROUP_ROW + lanes;
        a = f32x4.add(a, v128.load(row));
        b = f32x4.add(b, v128.load(row, 16));
        g = f32x4.add(g, v128.load(row, 96));
        h = f32x4.add(h, v128.load(row, 112));
      }
      while (units < last) {
        const which = <usize>load<u16>(series);
        const held = v128.load32_splat(units);
        if (!isEquityAlone) {
          const row = table + which * ROW;
          a = add(held, v128.load(row), a, isRelaxed);
          b = add(held, v128.load(row, 16), b, isRelaxed);
        }
        const value = values + (which >> 1) * ROW;
        g = add(held, v128.load(value), g, isRelaxed);
        h = add(held, v128.load(value, 16), h, isRelaxed);
        series += 2;
        units += 4;
      }
      // What has no price is NaN in every lane.
      if (lanes === 0 && isUnknown(isEquityAlone ? g : a)) {
        store<u32>(result + UNKNOWN, load<u32>(result + UNKNOWN) + 1);
        store<u32>(entry, 0, 8);
        continue;
      }
      if (!isEquityAlone) {
        addEight(a, b, 0, result + ANEW, lanes);
        addEight(g, h, load<f32>(entry, 4), result + HELD, lanes);
      }
      addEight(g, h, 0, result + EQUITY, lanes);
    }
  }
  return swept;
}
