"use client";

import { AuthRefusal } from "../_auth-api/auth-refusal.ts";
import { useSubmit } from "../_forms/use-submit.ts";
import { serviceId } from "../_session/service-id.ts";
import { useSession } from "../_session/session-provider.tsx";
import { saveFile } from "./save-file.ts";

/** How an export is written, and what people call that. */
export const exportFormats = [
  { format: "csv", label: "CSV" },
  { format: "ndjson", label: "JSON, a line each" },
  { format: "json", label: "JSON" },
] as const;

/** Saves what a route of Nexus or Auth writes as a file; `words` are for where it does not. */
export const useSaveExport = (words = "The file could not be written. Choose a shorter period, or try again.") => {
  const { auth } = useSession();
  const { busy, refusal, run } = useSubmit();
  const save = (address: string, name: string): void =>
    run(async () => {
      const token = await auth.accessToken();
      const answer = await fetch(address, {
        headers: { Authorization: `Bearer ${token ?? ""}`, "X-Service-ID": serviceId },
        cache: "no-store",
      }).catch(() => undefined);
      if (answer?.ok !== true)
        throw new AuthRefusal(answer?.status === 401 ? "unauthenticated" : "unavailable", { words });
      saveFile(name, await answer.blob());
    });
  return { busy, refusal, save };
};
