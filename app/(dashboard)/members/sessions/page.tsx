import type { Metadata } from "next";
import { MemberSessions } from "./member-sessions.tsx";

export const metadata: Metadata = { title: "Sign-ins" };

const SessionsPage = () => <MemberSessions />;

export default SessionsPage;
