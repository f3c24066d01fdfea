from chassis import migrating

migrating.run()
