/** A number in [0, 1) that depends on its arguments alone (mulberry32 of seed and position). */
export function seededRandom(seed: number, position: number): number {
  let state = (Math.imul(seed, 0x9e3779b1) + Math.imul(position + 1, 0x6d2b79f5)) | 0;
  state = Math.imul(state ^ (state >>> 15), state | 1);
  state ^= state + Math.imul(state ^ (state >>> 7), state | 61);
  return ((state ^ (state >>> 14)) >>> 0) / 4_294_967_296;
}
