import type { MadeBound } from "../../contracts/made.ts";
import type { VideoPlan } from "../../contracts/ai-vendor-videos.ts";
import type { Units } from "../../contracts/units.ts";

const classes = { "720p": "videoSecond", "1080p": "videoSecond1080p", "4k": "videoSecond4k" } as const;

/** A video as it is metered: its seconds, by its resolution. */
export const videoSecondsOf = ({ seconds, resolution }: VideoPlan): Units => ({ [classes[resolution]]: seconds });

/** The most that a video is metered at; undefined for what the model does not make. */
export const videoBound = (plan: VideoPlan | undefined): MadeBound | undefined =>
  plan && { units: videoSecondsOf(plan), metersInput: "never" };
