"use client";

import type { NexusInputs, NexusOutputs } from "@topolo/nexus-client";
import { useState } from "react";
import { FormField } from "../../_forms/form-field.tsx";
import { SelectField } from "../../_ui/field.tsx";
import { TextAreaField } from "../members/sign-in/text-area-field.tsx";
import { CallTrial } from "./call-trial.tsx";
import { fileDataOf, mostFileBytes } from "./file-data.ts";
import { ForModel } from "./trial-form.tsx";

type Input = NexusInputs["ai"]["generateImage"];

type InputImage = NonNullable<Input["files"]>[number];

const types = ["image/png", "image/jpeg", "image/webp"] as const;
const mostFiles = 16;

/** The chosen files as a call takes them, or why it does not. */
const imagesOf = async (picked: readonly File[]): Promise<readonly InputImage[] | string> => {
  if (picked.length > mostFiles) return `Please choose up to ${mostFiles} images.`;
  if (picked.reduce((sum, { size }) => sum + size, 0) > mostFileBytes)
    return "Please choose images of up to 11 MB together.";
  const images: InputImage[] = [];
  for (const file of picked) {
    const mediaType = types.find((type) => type === file.type);
    if (mediaType === undefined) return "Please choose PNG, JPEG or WebP images.";
    images.push({ mediaType, data: await fileDataOf(file) });
  }
  return images;
};

const sizes = ["1024x1024", "1024x1536", "1536x1024"] as const;
const qualities = ["low", "medium", "high"] as const;
const counts = ["1", "2", "3", "4"] as const;

const Drawn = ({
  images,
  prompt,
}: Pick<NexusOutputs["ai"]["generateImage"], "images"> & { readonly prompt: string }) => (
  <ul aria-label="Images" className="grid gap-4 sm:grid-cols-2">
    {images.map(({ mediaType, data }, at) => {
      const url = `data:${mediaType};base64,${data}`;
      return (
        <li key={`${at} ${data.length}`}>
          <a
            href={url}
            download={`image-${at + 1}.${mediaType.slice("image/".length)}`}
            aria-label={`Download image ${at + 1}`}
            className="block rounded-lg"
          >
            <img src={url} alt={prompt} className="w-full rounded-lg border border-line" />
          </a>
        </li>
      );
    })}
  </ul>
);

/** Images of a description, and of other images where some are chosen. */
export const ImageTrial = () => {
  const [chosen, setChosen] = useState<string>();
  const [prompt, setPrompt] = useState("A boat on a calm lake at dawn, as a woodcut");
  const [size, setSize] = useState<string>(sizes[0]);
  const [quality, setQuality] = useState<string>("low");
  const [count, setCount] = useState<string>("1");
  const [files, setFiles] = useState<readonly InputImage[]>([]);
  const [complaint, setComplaint] = useState<string>();
  const take = async (picked: FileList | null): Promise<void> => {
    setFiles([]);
    setComplaint(undefined);
    const images = await imagesOf([...(picked ?? [])]);
    if (typeof images === "string") setComplaint(images);
    else setFiles(images);
  };
  return (
    <ForModel operation="ai.generateImage" chosen={chosen} onChoose={setChosen}>
      {(model) => {
        const known = qualities.find((one) => one === quality);
        const input: Input = {
          model,
          prompt,
          ...(count === "1" ? {} : { n: Number(count) }),
          ...(size === "" ? {} : { size }),
          ...(known === undefined ? {} : { quality: known }),
        };
        const asked: Input = { ...input, ...(files.length === 0 ? {} : { files: [...files] }) };
        const shown = files.map(({ mediaType }) => ({ mediaType, data: "the image as Base64" }));
        return (
          <CallTrial
            label="Make images"
            fields={
              <>
                <TextAreaField label="Prompt" value={prompt} onChange={({ target }) => setPrompt(target.value)} />
                <FormField
                  label="Images to edit (optional)"
                  type="file"
                  multiple
                  accept={types.join(",")}
                  aria-invalid={complaint !== undefined || undefined}
                  hint={
                    complaint ??
                    "The prompt says what is to become of them. They are sent to the vendor, and not kept here."
                  }
                  onChange={({ target }) => void take(target.files)}
                />
                <div className="grid gap-4 sm:grid-cols-3">
                  <SelectField label="Size" value={size} onChange={({ target }) => setSize(target.value)}>
                    <option value="">as the model does it</option>
                    {sizes.map((one) => (
                      <option key={one} value={one}>
                        {one.replace("x", " × ")}
                      </option>
                    ))}
                  </SelectField>
                  <SelectField label="Quality" value={quality} onChange={({ target }) => setQuality(target.value)}>
                    <option value="">as the model does it</option>
                    {qualities.map((one) => (
                      <option key={one}>{one}</option>
                    ))}
                  </SelectField>
                  <SelectField label="Images" value={count} onChange={({ target }) => setCount(target.value)}>
                    {counts.map((one) => (
                      <option key={one}>{one}</option>
                    ))}
                  </SelectField>
                </div>
              </>
            }
            request={prompt.trim() === "" ? undefined : { generateImage: asked }}
            ask={async (nexus) => ({ ...(await nexus.ai.generateImage.mutate(asked)), prompt })}
            before="The images appear here."
            renderAnswer={(answer) => <Drawn {...answer} />}
            operation="ai.generateImage"
            input={{ ...input, ...(shown.length === 0 ? {} : { files: shown }) }}
          />
        );
      }}
    </ForModel>
  );
};
