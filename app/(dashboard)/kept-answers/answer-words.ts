import type { NexusInputs } from "@topolo/nexus-client";
import type { ListedAnswer } from "../../_data/answers.ts";
import type { Tone } from "../../_ui/badge.tsx";

/** How an answer stands, in words. */
export const answerStates: Readonly<Record<ListedAnswer["status"], { readonly word: string; readonly tone: Tone }>> = {
  queued: { word: "waiting", tone: "accent" },
  in_progress: { word: "under way", tone: "accent" },
  completed: { word: "completed", tone: "good" },
  incomplete: { word: "cut off", tone: "warn" },
  failed: { word: "failed", tone: "bad" },
  cancelled: { word: "cancelled", tone: "plain" },
};

type Asked = Pick<NonNullable<NexusInputs["ai"]["responses"]["list"]>, "status" | "background">;

/** Which of them are looked at, as the choice names them. */
export const answerViews: Readonly<Record<string, { readonly label: string; readonly asked: Asked }>> = {
  going: { label: "under way", asked: { status: ["queued", "in_progress"] } },
  background: { label: "in the background", asked: { background: true } },
  completed: { label: "completed", asked: { status: ["completed"] } },
  broken: { label: "cut off, failed or cancelled", asked: { status: ["incomplete", "failed", "cancelled"] } },
};

/** Whether its model may still say more. */
export const goesOn = ({ status }: Pick<ListedAnswer, "status">): boolean =>
  status === "queued" || status === "in_progress";

const kinds = { response: "Response", interaction: "Interaction" } as const;

/** What it is called: nothing of what it says. */
export const titleOfAnswer = ({ kind, model }: Pick<ListedAnswer, "kind" | "model">): string =>
  model === null ? kinds[kind] : `${kinds[kind]} of ${model}`;
