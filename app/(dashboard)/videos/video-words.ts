import type { ListedVideo } from "../../_data/answers.ts";
import type { Tone } from "../../_ui/badge.tsx";

/** How a video stands, in words. */
export const videoStates: Readonly<
  Record<ListedVideo["status"], { readonly word: string; readonly tone: Tone; readonly meaning: string }>
> = {
  queued: { word: "waiting", tone: "accent", meaning: "Its vendor has it, and has not begun" },
  in_progress: { word: "being made", tone: "accent", meaning: "Its vendor works on it: a minute or some" },
  completed: { word: "made", tone: "good", meaning: "It can be watched for as long as its vendor keeps it" },
  failed: { word: "not made", tone: "bad", meaning: "Its vendor made nothing of it" },
  cancelled: { word: "cancelled", tone: "plain", meaning: "It was ended before it was made" },
};

/** Whether its vendor still works on it. */
export const isUnfinishedVideo = ({ endedAt }: Pick<ListedVideo, "endedAt">): boolean => endedAt === null;

/** What it is called: prompts are not kept. */
export const titleOfVideo = ({ durationSeconds, resolution, model }: ListedVideo): string =>
  `${durationSeconds} s at ${resolution} by ${model}`;

/** Where its vendor's file is read, through Nexus, and what it is saved as. */
export const filmOf = ({ id }: Pick<ListedVideo, "id">, index: number) => ({
  address: `/v1/videos/${id}/content?index=${index}`,
  name: index === 0 ? `${id}.mp4` : `${id}_${index + 1}.mp4`,
});

/** What is said where a film could not be read. */
export const unreadFilm =
  "The film could not be read. Its vendor keeps it for a day or two: ask again, or have it made once more.";
