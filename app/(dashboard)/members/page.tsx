import type { Metadata } from "next";
import { Members } from "./members.tsx";

export const metadata: Metadata = { title: "Members" };

const MembersPage = () => <Members />;

export default MembersPage;
