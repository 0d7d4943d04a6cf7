# golive and nothing else to maintain: one static program on a small system, whose shell is there for pipelines that run
# their scripts inside the image (GitLab).
#
#   docker build --tag golive .
#   docker run --rm --volume "$PWD:/work:ro" golive

FROM rust:1.95.0-alpine3.23@sha256:606fd313a0f49743ee2a7bd49a0914bab7deedb12791f3a846a34a4711db7ed2 AS build
# hadolint ignore=DL3018 # the system is pinned by the digest of the image, and old versions leave its mirrors
RUN apk add --no-cache build-base
WORKDIR /source
COPY Cargo.toml Cargo.lock build.rs ./
COPY benches benches
COPY rules rules
COPY src src
RUN cargo build --release --locked --bin golive

FROM alpine:3.24.1@sha256:28bd5fe8b56d1bd048e5babf5b10710ebe0bae67db86916198a6eec434943f8b
COPY --from=build /source/target/release/golive /usr/local/bin/golive
# Who audits owns no file and needs no name.
USER 65532:65532
WORKDIR /work
CMD ["golive"]
