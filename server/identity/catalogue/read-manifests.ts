import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { projectRoot } from "../../platform/own-files.ts";
import { Manifest } from "./manifest.ts";

const checkedIn = join(projectRoot, "server", "identity", "manifests");

/** The checked-in manifests, by service id. Throws where one is not valid. */
export const readManifests = async (folder: string = checkedIn): Promise<readonly Manifest[]> => {
  const files = (await readdir(folder)).filter((file) => file.endsWith(".json")).sort();
  return Promise.all(
    files.map(async (file) => {
      const parsed = Manifest.safeParse(JSON.parse(await readFile(join(folder, file), "utf8")));
      if (!parsed.success)
        throw new Error(
          `Manifest ${file}: ${parsed.error.issues.map(({ path, message }) => `${path.join(".")} ${message}`).join("; ")}`,
        );
      return parsed.data;
    }),
  );
};
