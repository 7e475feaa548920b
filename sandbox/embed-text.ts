import { hash } from "node:crypto";
import { seededRandom } from "./seeded-random.ts";

/** A unit vector that depends on text and length alone. */
export function embedText(text: string, dimensions: number): Float32Array {
  const seed = Number.parseInt(hash("sha256", text).slice(0, 8), 16) | 0;
  const vector = Float32Array.from({ length: dimensions }, (_, at) => seededRandom(seed, at) * 2 - 1);
  const length = Math.hypot(...vector) || 1;
  return vector.map((value) => value / length);
}
