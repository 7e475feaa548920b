import type { BatchFollowerDeps } from "../batches/index.ts";
import type { FilesDeps } from "../files/index.ts";

/** What the operations of videos need. */
export type VideosDeps = FilesDeps;

/** What is needed to follow them to their end: the same as batches need. */
export type VideoFollowerDeps = BatchFollowerDeps;
