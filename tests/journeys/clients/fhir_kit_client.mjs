// One errand of fhir-kit-client against a base address with a key. The errand comes on standard input, what the client
// handed back goes to standard output. The package lies elsewhere, so its address is the first argument.
const { Client } = await import(process.argv[2]);

const input = JSON.parse(await new Response(process.stdin).text());
const client = new Client({ baseUrl: input.base, customHeaders: input.headers });
const resourceType = 'AdverseEvent';

const pages = async (searchParams) => {
  const seen = [];
  let bundle = await client.search({ resourceType, searchParams });
  while (bundle) {
    seen.push(bundle);
    bundle = await client.nextPage({ bundle });
  }
  return seen;
};

const errands = {
  metadata: () => client.capabilityStatement(),
  create: ({ body }) => client.create({ resourceType, body }),
  read: ({ id }) => client.read({ resourceType, id }),
  vread: ({ id, version }) => client.vread({ resourceType, id, version }),
  update: ({ id, body }) => client.update({ resourceType, id, body }),
  updateIfMatch: ({ id, body, version }) =>
    client.update({ resourceType, id, body, options: { headers: { 'If-Match': `W/"${version}"` } } }),
  history: ({ id }) => client.history({ resourceType, id }),
  pages: ({ searchParams }) => pages(searchParams),
  validate: ({ body }) => client.operation({ name: 'validate', resourceType, input: body }),
  batch: ({ body }) => client.batch({ body }),
  minimal: async ({ body }) => {
    const made = await client.create({ resourceType, body, options: { headers: { Prefer: 'return=minimal' } } });
    const { response } = Client.httpFor(made);
    return { status: response.status, location: response.headers.get('location'), body: made };
  },
};

try {
  console.log(JSON.stringify({ answer: await errands[input.errand](input) }));
} catch (error) {
  if (!error.response) throw error;
  console.log(JSON.stringify({ refused: error.response }));
}
