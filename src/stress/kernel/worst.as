/** The worst that scenarios do to each account. */
import { GROUP_ROW, ROW } from "./layout";

/**
 * Each account's lowest excess (f32), requirement worked out anew, and its scenario (u8), the first of equals, among the first
 * `scenarios` lanes; NaN where something it holds has no price.
 */
export function worst(
  book: usize,
  table: usize,
  groupTable: usize,
  from: i32,
  to: i32,
  scenarios: i32,
  amounts: usize,
  scenario: usize,
): void {
  const starts = <usize>load<u32>(book, 0);
  const cashes = <usize>load<u32>(book, 4);
  const groups = <usize>load<u32>(book, 8);
  const series = <usize>load<u32>(book, 12);
  const units = <usize>load<u32>(book, 16);
  const counts = <usize>load<u32>(book, 20);
  for (let account = <usize>from; account < <usize>to; account++) {
    const at = <usize>load<u32>(starts + (account << 2));
    const end = at + <usize>load<u16>(counts + (account << 1));
    const cash = load<f32>(cashes + (account << 2));
    const group = <usize>load<u32>(groups + (account << 2));
    let lowest: f32 = Infinity;
    let where = 0;
    for (let lane = 0; lane < scenarios; lane++) {
      const ofLane = <usize>lane << 2;
      let figure = group === 0 ? cash : cash + load<f32>(groupTable + group * GROUP_ROW + ofLane);
      for (let slot = at; slot < end; slot++) {
        const row = table + <usize>load<u16>(series + (slot << 1)) * ROW;
        figure = load<f32>(units + (slot << 2)) * load<f32>(row + ofLane) + figure;
      }
      if (figure < lowest) {
        lowest = figure;
        where = lane;
      } else if (figure !== figure) {
        lowest = NaN;
        break;
      }
    }
    store<f32>(amounts + (account << 2), lowest);
    store<u8>(scenario + account, <u8>where);
  }
}
