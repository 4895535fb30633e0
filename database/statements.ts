/** The pieces of SQL: comments, quoted things (`''`, `""`, dollar quotes), and the semicolons between statements. */
const PIECE =
  /--[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^']|'')*'|"(?:[^"]|"")*"|\$([A-Za-z_]*)\$[\s\S]*?\$\1\$|;|[^-/'"$;]+|[-/$]/g;

/** The statements of a file, each without its semicolon; what holds nothing but comments is none. */
export function splitStatements(sql: string): string[] {
  const statements: string[] = [];
  let own = '';
  let says = false;
  const end = (): void => {
    if (says) statements.push(own.trim());
    own = '';
    says = false;
  };
  for (const [piece] of sql.matchAll(PIECE)) {
    if (piece === ';') end();
    else {
      own += piece;
      if (!piece.startsWith('--') && !piece.startsWith('/*') && piece.trim() !== '') says = true;
    }
  }
  end();
  return statements;
}

/** A statement in lower case and on one line, without its comments and without what stands in quotes: its grammar alone. */
export function bareStatement(statement: string): string {
  return [...statement.matchAll(PIECE)]
    .map(([piece]) => {
      if (piece.startsWith('--') || piece.startsWith('/*')) return ' ';
      if (piece.startsWith("'") || (piece.startsWith('$') && piece.length > 1)) return "''";
      return piece;
    })
    .join('')
    .toLowerCase()
    .replaceAll(/\s+/g, ' ')
    .trim();
}
