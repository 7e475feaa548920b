import { z } from "zod";

/** What a service tells of a change to something that it keeps. */
export const ToldChange = z.strictObject({
  id: z.uuid().describe("Of the change: told again, it is the same one"),
  kind: z.string().max(100),
  organizationId: z.string().min(1).max(100),
  actor: z.strictObject({ type: z.enum(["user", "api_key", "service", "operator"]), id: z.string().min(1).max(200) }),
  target: z.string().min(1).max(200).describe("Id of the thing that was changed"),
  name: z.string().max(200).describe("What the thing is called"),
});
export type ToldChange = z.infer<typeof ToldChange>;
