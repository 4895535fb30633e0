import pg from 'pg';

/** An error as PostgreSQL answers it; `code` is its SQLSTATE. */
export function failure(code: string, message: string): Error {
  return Object.assign(new pg.DatabaseError(message, message.length, 'error'), { code });
}

export const uniqueViolation = (): Error => failure('23505', 'duplicate key value violates unique constraint');
