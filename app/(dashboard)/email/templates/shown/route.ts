import type { NextRequest } from "next/server";
import { asPerson, foreignNote, foreignPage } from "../../_frame/foreign-page.ts";

const textOf = (form: FormData, name: string): string => {
  const value = form.get(name);
  return typeof value === "string" ? value : "";
};

/** Forms say how long they are. */
const maxBytes = 1_000_000;
const isShort = ({ headers }: NextRequest): boolean => Number(headers.get("content-length") ?? Number.NaN) <= maxBytes;

const draftOf = async (request: NextRequest) => {
  const form = await request.formData();
  return {
    subject: textOf(form, "subject"),
    html: textOf(form, "html"),
    variables: JSON.parse(textOf(form, "variables")),
  };
};

/** The page that a template would be, for a frame. Nothing is stored. */
export const POST = async (request: NextRequest): Promise<Response> => {
  const draft = isShort(request) ? await draftOf(request).catch(() => undefined) : undefined;
  if (draft === undefined) return foreignNote("There is nothing to show.", 400);
  return asPerson(
    request,
    async (nexus) => foreignPage((await nexus.email.templates.preview.mutate(draft)).html ?? ""),
    "It cannot be shown with these variables.",
  );
};
