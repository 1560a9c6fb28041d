# The build needs the compiler and the page's libraries; what runs has neither.
FROM node:20.20.2-slim AS build
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY . .
RUN npm run --silent build && npm prune --omit=dev --ignore-scripts --no-audit --no-fund

FROM node:20.20.2-slim
ENV NODE_ENV=production
WORKDIR /app
COPY --from=build /build/package.json ./
COPY --from=build /build/schema/schema.graphql ./schema/
COPY --from=build /build/node_modules ./node_modules
COPY --from=build /build/dist ./dist
# The user that the image of Node.js has for this, by number, as Kubernetes wants it for runAsNonRoot.
USER 1000:1000
EXPOSE 23300
# Not /readyz: a storage that is away for a while is nothing that another container mends.
HEALTHCHECK --interval=30s --timeout=3s CMD ["node", "-e", "fetch('http://127.0.0.1:23300/livez').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
# As a list, so that node is the process that is told to stop.
ENTRYPOINT ["node", "/app/dist/src/start.cjs"]
CMD ["--storage", "/data", "--host", "0.0.0.0"]
