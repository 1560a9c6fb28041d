/** What is the matter with a file that cannot be read. @param why as DataUnreadable has it */
export function reasonOf(why: string): string {
  return why.replace(/^cannot be read: /, '');
}
