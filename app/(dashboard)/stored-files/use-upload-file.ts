"use client";

import { useQueryClient } from "@tanstack/react-query";
import { AuthRefusal } from "../../_auth-api/auth-refusal.ts";
import { serviceId } from "../../_session/service-id.ts";
import { useSession } from "../../_session/session-provider.tsx";

interface Uploading {
  readonly file: File;
  readonly vendor: string;
  readonly purpose: string;
  /** How much of it has left, from 0 to 1. */
  readonly onProgress: (share: number) => void;
  readonly signal: AbortSignal;
}

/** What the gateway says of a refusal. */
const saidIn = (answer: string): string | undefined => {
  try {
    const said: unknown = Reflect.get(Object(Reflect.get(Object(JSON.parse(answer)), "error")), "message");
    return typeof said === "string" ? said : undefined;
  } catch {
    return undefined;
  }
};

const broken = { words: "The file did not arrive. Try again." };

interface Sent {
  readonly form: FormData;
  readonly token: string;
}

/** Browsers tell of what has left by this alone. */
const send = ({ form, token }: Sent, { onProgress, signal }: Uploading): Promise<void> =>
  new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", "/v1/files");
    request.setRequestHeader("Authorization", `Bearer ${token}`);
    request.setRequestHeader("X-Service-ID", serviceId);
    request.upload.addEventListener("progress", ({ loaded, total }) => onProgress(total === 0 ? 0 : loaded / total));
    request.addEventListener("load", () => {
      if (request.status < 300) return resolve();
      const words = saidIn(request.responseText);
      reject(new AuthRefusal("refused", words === undefined ? broken : { words }));
    });
    request.addEventListener("error", () => reject(new AuthRefusal("unavailable", broken)));
    request.addEventListener("abort", () => reject(new AuthRefusal("refused", { words: "The upload was stopped." })));
    signal.addEventListener("abort", () => request.abort(), { once: true });
    request.send(form);
  });

/** Gives a vendor a file of any size that it takes. */
export const useUploadFile = () => {
  const { auth } = useSession();
  const queryClient = useQueryClient();
  return async (upload: Uploading): Promise<void> => {
    const token = (await auth.accessToken()) ?? "";
    const form = new FormData();
    form.append("provider", upload.vendor);
    form.append("purpose", upload.purpose);
    form.append("file", upload.file);
    await send({ form, token }, upload);
    void queryClient.invalidateQueries();
  };
};
