/**
 * The cheapest flow through a small network: whole units from a source to a sink, as many as lower the total cost. Options
 * and stock are paired with it: what flows are contracts, what an arc costs is what the pair costs in capital.
 *
 * The network simplex: a spanning tree prices every node so that its arcs cost nothing; an arc outside that would save
 * something enters, flow goes round the cycle that it closes, and the arc that is full or empty first leaves. Of several,
 * the last one on the way round leaves, which keeps every empty arc of the tree pointing to the root: so it never cycles
 * (Cunningham's rule). It ends when no arc saves anything: the cheapest flow. Costs and amounts are whole numbers, so
 * nothing is rounded. Everything stands in typed arrays that are used again.
 */
import { assert } from "../../base/assert.ts";

const NONE = -1;
const SOURCE = 0;
/** Of an arc: empty, in the tree, full. */
const EMPTY = 1;
const IN_TREE = 0;
const FULL = -1;
/** Of a node: its arc leads to its parent, or from it. */
const UP = 1;
const DOWN = -1;

/** Arcs looked at before the best of them enters: the square root of all, and never fewer than this. */
const BLOCK_LEAST = 10;

export class FlowNetwork {
  #nodes = 0;
  #arcs = 0;
  #from = new Int32Array(256);
  #to = new Int32Array(256);
  #room = new Float64Array(256);
  #cost = new Float64Array(256);
  #flow = new Float64Array(256);
  #state = new Int8Array(256);
  /** The tree, by node: its parent, the arc to it and which way that leads, its distance from the root, its price. */
  #parent = new Int32Array(64);
  #arcToParent = new Int32Array(64);
  #way = new Int8Array(64);
  #depth = new Int32Array(64);
  #price = new Float64Array(64);
  /** Its first child, and its neighbours among its parent's children. */
  #child = new Int32Array(64);
  #next = new Int32Array(64);
  #previous = new Int32Array(64);
  #stack = new Int32Array(64);

  /** An empty network; node 0 is the source, the last one the sink. */
  clear(nodes: number): void {
    this.#nodes = nodes;
    this.#arcs = 0;
    if (nodes + 1 > this.#parent.length) this.#growNodes((nodes + 1) * 2);
  }

  /** An arc between two nodes. Its cost is negative where it saves. Returns its number. */
  arc(from: number, to: number, room: number, cost: number): number {
    assert(from !== to && from < this.#nodes && to < this.#nodes, "an arc joins two nodes of the network");
    return this.#addArc(from, to, room, cost);
  }

  /** What flows along an arc. */
  flow(arc: number): number {
    return this.#flow[arc];
  }

  /** Finds the cheapest flow. */
  solve(): void {
    this.#addArc(this.#nodes - 1, SOURCE, Number.POSITIVE_INFINITY, 0);
    const arcs = this.#arcs;
    this.#plant();
    const block = Math.max(BLOCK_LEAST, Math.ceil(Math.sqrt(arcs)));
    let start = 0;
    for (;;) {
      const entering = this.#entering(arcs, start, block);
      if (entering === NONE) return;
      start = entering + 1 === arcs ? 0 : entering + 1;
      this.#pivot(entering);
    }
  }

  #addArc(from: number, to: number, room: number, cost: number): number {
    if (this.#arcs === this.#from.length) this.#growArcs(this.#arcs * 2);
    const arc = this.#arcs++;
    this.#from[arc] = from;
    this.#to[arc] = to;
    this.#room[arc] = room;
    this.#cost[arc] = cost;
    this.#flow[arc] = 0;
    this.#state[arc] = EMPTY;
    return arc;
  }

  /** The first tree: every node hangs on a root of its own making, by an arc that nothing can flow along. */
  #plant(): void {
    const root = this.#nodes;
    this.#parent[root] = NONE;
    this.#depth[root] = 0;
    this.#price[root] = 0;
    this.#child[root] = NONE;
    for (let node = 0; node < root; node++) {
      const arc = this.#addArc(node, root, Number.POSITIVE_INFINITY, 0);
      this.#state[arc] = IN_TREE;
      this.#child[node] = NONE;
      this.#hang(node, root, arc, UP);
      this.#depth[node] = 1;
      this.#price[node] = 0;
    }
  }

  /** The arc that saves the most among those of the first block in which any does; -1: none does. */
  #entering(arcs: number, start: number, block: number): number {
    const [from, to, cost, state, price] = [this.#from, this.#to, this.#cost, this.#state, this.#price];
    let best = NONE;
    let least = 0;
    let left = block;
    let arc = start;
    for (let count = 0; count < arcs; count++) {
      const saved = state[arc] * (cost[arc] + price[from[arc]] - price[to[arc]]);
      if (saved < least) {
        least = saved;
        best = arc;
      }
      if (--left === 0) {
        if (best !== NONE) return best;
        left = block;
      }
      arc = arc + 1 === arcs ? 0 : arc + 1;
    }
    return best;
  }

  /** The entering arc takes the place of the first that stops the flow round its cycle. */
  #pivot(entering: number): void {
    const isEmpty = this.#state[entering] === EMPTY;
    const first = isEmpty ? this.#from[entering] : this.#to[entering];
    const second = isEmpty ? this.#to[entering] : this.#from[entering];
    const join = this.#meet(first, second);
    let amount = this.#room[entering];
    let leaving = NONE;
    let isBeforeEntering = false;
    for (let node = first; node !== join; node = this.#parent[node]) {
      const room = this.#way[node] === DOWN ? this.#roomLeft(node) : this.#flow[this.#arcToParent[node]];
      if (room < amount) {
        amount = room;
        leaving = node;
        isBeforeEntering = true;
      }
    }
    for (let node = second; node !== join; node = this.#parent[node]) {
      const room = this.#way[node] === UP ? this.#roomLeft(node) : this.#flow[this.#arcToParent[node]];
      if (room <= amount) {
        amount = room;
        leaving = node;
        isBeforeEntering = false;
      }
    }
    assert(amount < Number.POSITIVE_INFINITY, "every cycle that saves something is bounded");
    if (amount > 0) this.#send(entering, amount * this.#state[entering], join);
    if (leaving === NONE) {
      this.#state[entering] = isEmpty ? FULL : EMPTY;
      return;
    }
    const left = this.#arcToParent[leaving];
    this.#state[left] = this.#flow[left] === 0 ? EMPTY : FULL;
    this.#state[entering] = IN_TREE;
    if (isBeforeEntering) this.#rehang(first, second, entering, leaving);
    else this.#rehang(second, first, entering, leaving);
  }

  #roomLeft(node: number): number {
    const arc = this.#arcToParent[node];
    return this.#room[arc] - this.#flow[arc];
  }

  /** The node where the ways of two nodes to the root meet. */
  #meet(a: number, b: number): number {
    let [one, other] = [a, b];
    while (one !== other) {
      if (this.#depth[one] >= this.#depth[other]) one = this.#parent[one];
      else other = this.#parent[other];
    }
    return one;
  }

  /** Sends so much along an arc (back, where negative) and round the cycle that it closes. */
  #send(arc: number, amount: number, join: number): void {
    this.#flow[arc] += amount;
    for (let node = this.#from[arc]; node !== join; node = this.#parent[node])
      this.#flow[this.#arcToParent[node]] -= this.#way[node] * amount;
    for (let node = this.#to[arc]; node !== join; node = this.#parent[node])
      this.#flow[this.#arcToParent[node]] += this.#way[node] * amount;
  }

  /** The subtree under `leaving` hangs on `onto` from now on, by the entering arc at `inside`. */
  #rehang(inside: number, onto: number, entering: number, leaving: number): void {
    let node = inside;
    let parent = onto;
    let arc = entering;
    let way = this.#from[entering] === inside ? UP : DOWN;
    for (;;) {
      const [oldParent, oldArc, oldWay] = [this.#parent[node], this.#arcToParent[node], this.#way[node]];
      this.#cut(node, oldParent);
      this.#hang(node, parent, arc, way);
      if (node === leaving) break;
      [parent, arc, way, node] = [node, oldArc, oldWay === UP ? DOWN : UP, oldParent];
    }
    this.#reprice(inside);
  }

  #hang(node: number, parent: number, arc: number, way: number): void {
    const first = this.#child[parent];
    this.#parent[node] = parent;
    this.#arcToParent[node] = arc;
    this.#way[node] = way;
    this.#next[node] = first;
    this.#previous[node] = NONE;
    if (first !== NONE) this.#previous[first] = node;
    this.#child[parent] = node;
  }

  #cut(node: number, parent: number): void {
    const [previous, next] = [this.#previous[node], this.#next[node]];
    if (previous === NONE) this.#child[parent] = next;
    else this.#next[previous] = next;
    if (next !== NONE) this.#previous[next] = previous;
  }

  /** Prices and depths of a subtree anew, from its top down. */
  #reprice(top: number): void {
    const stack = this.#stack;
    let size = 0;
    stack[size++] = top;
    while (size > 0) {
      const node = stack[--size];
      const parent = this.#parent[node];
      this.#depth[node] = this.#depth[parent] + 1;
      this.#price[node] = this.#price[parent] - this.#way[node] * this.#cost[this.#arcToParent[node]];
      for (let child = this.#child[node]; child !== NONE; child = this.#next[child]) stack[size++] = child;
    }
  }

  #growNodes(size: number): void {
    this.#parent = new Int32Array(size);
    this.#arcToParent = new Int32Array(size);
    this.#way = new Int8Array(size);
    this.#depth = new Int32Array(size);
    this.#price = new Float64Array(size);
    this.#child = new Int32Array(size);
    this.#next = new Int32Array(size);
    this.#previous = new Int32Array(size);
    this.#stack = new Int32Array(size);
  }

  #growArcs(size: number): void {
    this.#from = copied(this.#from, new Int32Array(size));
    this.#to = copied(this.#to, new Int32Array(size));
    this.#room = copied(this.#room, new Float64Array(size));
    this.#cost = copied(this.#cost, new Float64Array(size));
    this.#flow = copied(this.#flow, new Float64Array(size));
    this.#state = copied(this.#state, new Int8Array(size));
  }
}

/** The larger array, with what the smaller one holds. */
function copied<T extends Int8Array | Int32Array | Float64Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
