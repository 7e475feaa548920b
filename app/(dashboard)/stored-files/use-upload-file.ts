"use client";

import { useQueryClient } from "@tanstack/react-query";
import { AuthRefusal } from "../../_auth-api/auth-refusal.ts";
import { serviceId } from "../../_session/service-id.ts";
import { useSession } from "../../_session/session-provider.tsx";

interface Uploading {
  readonly file: File;
  readonly vendor: "openai" | "anthropic";
  readonly purpose: string;
}

/** What the gateway says of a refusal, in whichever vendor's form. */
const saidIn = (answer: unknown): string | undefined => {
  const error: unknown = typeof answer === "object" && answer !== null ? Reflect.get(answer, "error") : undefined;
  const said: unknown = typeof error === "object" && error !== null ? Reflect.get(error, "message") : undefined;
  return typeof said === "string" ? said : undefined;
};

const broken = { words: "The file did not arrive. Try again." };

/** Gives a vendor a file of any size that it takes. */
export const useUploadFile = () => {
  const { auth } = useSession();
  const queryClient = useQueryClient();
  return async ({ file, vendor, purpose }: Uploading): Promise<void> => {
    const token = await auth.accessToken();
    const form = new FormData();
    if (vendor === "openai") form.append("purpose", purpose);
    form.append("file", file);
    const answer = await fetch("/v1/files", {
      method: "POST",
      headers: {
        Authorization: `Bearer ${token ?? ""}`,
        "X-Service-ID": serviceId,
        ...(vendor === "anthropic" ? { "anthropic-version": "2023-06-01" } : {}),
      },
      body: form,
    }).catch(() => undefined);
    if (answer === undefined) throw new AuthRefusal("unavailable", broken);
    if (!answer.ok) {
      const words = saidIn(await answer.json().catch(() => undefined));
      throw new AuthRefusal("refused", words === undefined ? broken : { words });
    }
    void queryClient.invalidateQueries();
  };
};
