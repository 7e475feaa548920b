import type { Metadata } from "next";
import { AcceptInvitation } from "./accept-invitation.tsx";

export const metadata: Metadata = { title: "Invitation" };

const AcceptInvitationPage = () => <AcceptInvitation />;

export default AcceptInvitationPage;
