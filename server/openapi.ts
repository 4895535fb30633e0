import { z } from 'zod';

import type { Actions } from '../protocol/action.ts';
import { PROTOCOL_VERSION } from '../protocol/version.ts';

/** The HTTP door as OpenAPI 3.1: a walk over the registry, never written by hand. */
export function openApi(actions: Actions, publicUrl: string): Record<string, unknown> {
  const paths: Record<string, unknown> = {};
  for (const [name, spec] of Object.entries(actions)) {
    const changes = spec.kind === 'change' || spec.kind === 'append';
    paths[`/api/${name}`] = {
      post: {
        operationId: name,
        summary: spec.summary,
        tags: [name.split('.')[0]],
        ...(spec.who === 'anyone' ? { security: [] } : {}),
        ...(changes
          ? {
              parameters: [
                { name: 'Idempotency-Key', in: 'header', required: true, schema: { type: 'string', format: 'uuid' } },
              ],
            }
          : {}),
        requestBody: { required: true, content: { 'application/json': { schema: schemaOf(spec.input, 'input') } } },
        responses: {
          200: { description: 'Done', content: { 'application/json': { schema: schemaOf(spec.output, 'output') } } },
          default: {
            description: `A problem${spec.problems ? `, also ${spec.problems.join(', ')}` : ''}`,
            content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
          },
        },
      },
    };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Nhà Rông',
      version: String(PROTOCOL_VERSION),
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: publicUrl }],
    security: [{ session: [] }],
    paths,
    components: {
      securitySchemes: { session: { type: 'apiKey', in: 'cookie', name: '__Host-sid' } },
      schemas: {
        Problem: {
          type: 'object',
          required: ['type', 'title', 'status', 'code'],
          properties: {
            type: { type: 'string' },
            title: { type: 'string' },
            status: { type: 'integer' },
            code: { type: 'string' },
            retry: { type: 'boolean' },
          },
        },
      },
    },
  };
}

function schemaOf(shape: z.ZodType, io: 'input' | 'output'): unknown {
  const { $schema: _dialect, ...schema } = z.toJSONSchema(shape, { io, unrepresentable: 'any' }) as Record<
    string,
    unknown
  >;
  return schema;
}
