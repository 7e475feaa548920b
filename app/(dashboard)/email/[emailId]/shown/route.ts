import type { NextRequest } from "next/server";
import { asPerson, foreignNote, foreignPage } from "../../_frame/foreign-page.ts";

interface RouteContext {
  readonly params: Promise<{ readonly emailId: string }>;
}

/** The page of one mail, for a frame. */
export const GET = async (request: NextRequest, { params }: RouteContext): Promise<Response> => {
  const { emailId } = await params;
  const show = async (nexus: Parameters<Parameters<typeof asPerson>[1]>[0]): Promise<Response> => {
    const { content } = await nexus.email.get.query({ emailId });
    return content?.html ? foreignPage(content.html) : foreignNote("There is nothing to show.", 404);
  };
  return asPerson(request, show, "There is no such mail.");
};
