/** Where a poll is shown whole. */
export const pollPath = (group: string, id: string): string => `/chats/${group}/polls/${id}`;
