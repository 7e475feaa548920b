"use client";

import { withIdempotencyKey, type NexusInputs } from "@topolo/nexus-client";
import Link from "next/link";
import { useRef, useState } from "react";
import type { UsableModel } from "../../_data/answers.ts";
import { useChangeAtNexus } from "../../_data/use-change-at-nexus.ts";
import { useUsableModels } from "../../_data/use-usable-models.ts";
import { FormField } from "../../_forms/form-field.tsx";
import { RefusalNotice } from "../../_forms/refusal-notice.tsx";
import { useSubmit } from "../../_forms/use-submit.ts";
import { Button } from "../../_ui/button.tsx";
import { FailureNotice } from "../../_ui/failure-notice.tsx";
import { SelectField, TextField } from "../../_ui/field.tsx";
import { Modal } from "../../_ui/modal.tsx";
import { SkeletonRows } from "../../_ui/skeleton.tsx";
import { TextAreaField } from "../members/sign-in/text-area-field.tsx";
import { fileDataOf, mostFileBytes } from "../playground/file-data.ts";
import { HeldBefore } from "../playground/held-before.tsx";

type Input = NexusInputs["ai"]["videos"]["start"];

const types = ["image/png", "image/jpeg", "image/webp"] as const;
const resolutions = ["720p", "1080p", "4k"] as const;
const ratios = ["16:9", "9:16", "1:1"] as const;
const longestSeconds = 60;
const longestPrompt = 8_000;

/** A film costs dollars: the cheapest model comes first. */
const perSecondOf = ({ prices }: UsableModel): number => Number(prices.videoSecond ?? Infinity);

/** The chosen picture as a call takes it, or why it does not. */
const firstFrameOf = async (file: File): Promise<NonNullable<Input["image"]> | string> => {
  const mediaType = types.find((type) => type === file.type);
  if (mediaType === undefined) return "Please choose a PNG, JPEG or WebP image.";
  if (file.size > mostFileBytes) return "Please choose an image of up to 11 MB.";
  return { mediaType, data: await fileDataOf(file) };
};

interface StartFormProps {
  readonly models: readonly string[];
  readonly onStarted: (videoId: string) => void;
  readonly onClose: () => void;
}

const StartForm = ({ models, onStarted, onClose }: StartFormProps) => {
  const change = useChangeAtNexus();
  const { busy, refusal, run } = useSubmit();
  const [model, setModel] = useState(models[0] ?? "");
  const [prompt, setPrompt] = useState("");
  const [seconds, setSeconds] = useState("");
  const [resolution, setResolution] = useState<string>(resolutions[0]);
  const [ratio, setRatio] = useState("");
  const [image, setImage] = useState<Input["image"]>();
  const [complaint, setComplaint] = useState<string>();
  // What is asked for once more after a lost answer is the same video.
  const asked = useRef({ text: "", key: "" });

  const chosenResolution = resolutions.find((one) => one === resolution);
  const chosenRatio = ratios.find((one) => one === ratio);
  const input: Input = {
    model,
    prompt,
    ...(seconds === "" ? {} : { durationSeconds: Number(seconds) }),
    ...(chosenResolution === undefined ? {} : { resolution: chosenResolution }),
    ...(chosenRatio === undefined ? {} : { aspectRatio: chosenRatio }),
    ...(image === undefined ? {} : { image }),
  };
  const isLength = seconds === "" || (Number.isInteger(Number(seconds)) && Number(seconds) >= 1);
  const isWhole = prompt.trim() !== "" && isLength && Number(seconds) <= longestSeconds && complaint === undefined;
  const take = async (file: File | undefined): Promise<void> => {
    setImage(undefined);
    setComplaint(undefined);
    if (file === undefined) return;
    const frame = await firstFrameOf(file);
    if (typeof frame === "string") setComplaint(frame);
    else setImage(frame);
  };
  const keyOf = (text: string): string => {
    if (asked.current.text !== text) asked.current = { text, key: crypto.randomUUID() };
    return asked.current.key;
  };
  return (
    <form
      aria-label="Have a video made"
      className="space-y-4"
      onSubmit={(event) => {
        event.preventDefault();
        if (!isWhole) return;
        run(async () => {
          const key = withIdempotencyKey(keyOf(JSON.stringify(input)));
          const { id } = await change((nexus) => nexus.ai.videos.start.mutate(input, key));
          onStarted(id);
        });
      }}
    >
      <RefusalNotice refusal={refusal} />
      <SelectField label="Model" value={model} onChange={({ target }) => setModel(target.value)}>
        {models.map((id) => (
          <option key={id}>{id}</option>
        ))}
      </SelectField>
      <TextAreaField
        label="What is to be seen and heard"
        required
        rows={3}
        maxLength={longestPrompt}
        value={prompt}
        onChange={({ target }) => setPrompt(target.value)}
      />
      <div className="grid gap-4 sm:grid-cols-3">
        <TextField
          label="Seconds"
          placeholder="as usual"
          type="number"
          min={1}
          max={longestSeconds}
          value={seconds}
          onChange={({ target }) => setSeconds(target.value)}
        />
        <SelectField label="Size" value={resolution} onChange={({ target }) => setResolution(target.value)}>
          {resolutions.map((one) => (
            <option key={one}>{one}</option>
          ))}
        </SelectField>
        <SelectField label="Shape" value={ratio} onChange={({ target }) => setRatio(target.value)}>
          <option value="">as usual</option>
          {ratios.map((one) => (
            <option key={one}>{one}</option>
          ))}
        </SelectField>
      </div>
      <FormField
        label="First picture (optional)"
        type="file"
        accept={types.join(",")}
        aria-invalid={complaint !== undefined || undefined}
        hint={complaint ?? "The film begins with it, where the model takes one."}
        onChange={({ target }) => void take(target.files?.[0])}
      />
      <HeldBefore request={isWhole ? { startVideo: input } : undefined} />
      <div className="flex justify-end gap-2">
        <Button look="quiet" onClick={onClose}>
          Close
        </Button>
        <Button look="primary" type="submit" disabled={busy || !isWhole}>
          {busy ? "One moment…" : "Have it made"}
        </Button>
      </div>
    </form>
  );
};

interface StartVideoDialogProps {
  readonly onStarted: (videoId: string) => void;
  readonly onClose: () => void;
}

/** Asks what a video shall be, and says what it can cost at most before it is asked for. */
export const StartVideoDialog = ({ onStarted, onClose }: StartVideoDialogProps) => {
  const { data, failure, retry } = useUsableModels();
  const models = data
    ?.filter(({ operations }) => operations.includes("ai.videos.start"))
    .toSorted((one, other) => perSecondOf(one) - perSecondOf(other))
    .map(({ id }) => id);
  return (
    <Modal
      open
      onClose={onClose}
      title="Have a video made"
      description="A vendor makes it in a minute or some. It is booked as yours."
    >
      {failure && <FailureNotice title="The models could not be loaded" failure={failure} onRetry={retry} />}
      {!models && !failure && <SkeletonRows rows={3} label="Loading the models" />}
      {models && models.length === 0 && (
        <p className="text-pretty">
          No model can do this yet: nobody&apos;s key pays for one.{" "}
          <Link href="/keys/vendors" className="font-medium text-accent hover:underline">
            Add a vendor key
          </Link>
        </p>
      )}
      {models && models.length > 0 && <StartForm models={models} onStarted={onStarted} onClose={onClose} />}
    </Modal>
  );
};
