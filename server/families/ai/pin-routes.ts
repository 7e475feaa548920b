import type { HeldFile } from "../../contracts/held-file.ts";
import type { CredentialRef } from "../../domain/credentials/index.ts";
import { fileUnavailable, type FileReference } from "../../domain/files/index.ts";
import type { ChosenRoute } from "../../domain/routing/index.ts";
import { NexusError } from "../../errors.ts";
import type { RequestSize } from "./request-size.ts";

/** Where a request refers to files that were uploaded before. */
export const fileReferencesOf = ({ media }: RequestSize): readonly FileReference[] =>
  media.flatMap(({ fileId, field }) => (fileId === undefined ? [] : [{ fileId, field }]));

const elsewhere = ({ id, vendor }: HeldFile, field: string, expected: string): NexusError =>
  new NexusError("INVALID_INPUT", {
    message: `${id} is kept at ${vendor}: only its models can read it.`,
    issues: [{ field, expected }],
    details: { kind: "file_elsewhere", vendor, fileId: id },
  });

/** Of the routes those that reach all files that a request refers to; throws why there is none. */
export const pinRoutes = (
  routes: readonly ChosenRoute<CredentialRef>[],
  references: readonly FileReference[],
  files: ReadonlyMap<string, HeldFile>,
): readonly ChosenRoute<CredentialRef>[] => {
  let reaching = routes;
  for (const { fileId, field } of references) {
    const file = files.get(fileId);
    if (file === undefined) throw new NexusError("INTERNAL", { cause: new Error("a file that was not looked up") });
    const atVendor = reaching.filter(({ vendor }) => vendor === file.vendor);
    if (atVendor.length === 0) {
      const other = reaching[0]?.vendor ?? "the model's vendor";
      throw elsewhere(file, field, `a file that is kept at ${other}, or a model of ${file.vendor}`);
    }
    const pinned = atVendor.filter(({ credential }) => credential.id === file.credentialId);
    if (pinned.length > 0) reaching = pinned;
    else if (reaching.length < routes.length)
      throw elsewhere(file, field, "files that were uploaded with one credential");
    else throw fileUnavailable(file, field);
  }
  return reaching;
};
