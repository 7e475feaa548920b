import { z } from "zod";
import { okAnswer, type HttpAnswer, type HttpExchange } from "../http/exchange.ts";
import type { Caller } from "../http/steps.ts";
import { updateProfile } from "./store.ts";
import { displayName } from "../../platform/display-name.ts";

export const UpdateMeInput = z
  .strictObject({
    name: displayName().optional(),
    pictureUrl: z
      .url({ protocol: /^https$/, hostname: z.regexes.domain })
      .max(500)
      .nullable()
      .optional(),
  })
  .refine(({ name, pictureUrl }) => name !== undefined || pictureUrl !== undefined, "a name or a picture");

/** Changes what a person shows of themselves. */
export const updateMe = async ({
  context,
  request,
  caller,
  input,
}: HttpExchange & { readonly caller: Caller; readonly input: UpdateMeInput }): Promise<HttpAnswer> => {
  const { user } = caller.session;
  const change = {
    userId: user.id,
    name: input.name,
    pictureUrl: input.pictureUrl,
    now: new Date(context.clock.now()),
  };
  const profile = await updateProfile(context.db, change, { ip: request.ip, requestId: request.requestId });
  return okAnswer({ user: { ...user, ...profile } });
};
export type UpdateMeInput = z.infer<typeof UpdateMeInput>;
