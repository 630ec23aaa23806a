# The operator's image, built from this repository alone:
#
#   docker build -t registry.example.org/cpu-baseline:0.1.0 .
#
# To pin the bases, name them by digest:
#
#   --build-arg BUILD_IMAGE=maven@sha256:… --build-arg RUNTIME_IMAGE=eclipse-temurin@sha256:…
ARG BUILD_IMAGE=maven:3.9.11-eclipse-temurin-17
ARG RUNTIME_IMAGE=eclipse-temurin:17-jre-noble

# Jars are the same for every platform: built once, on the builder's own.
FROM --platform=$BUILDPLATFORM ${BUILD_IMAGE} AS build
WORKDIR /source
COPY .mvn .mvn
COPY pom.xml ./
COPY crds crds
COPY operator operator
RUN --mount=type=cache,target=/root/.m2 \
    mvn -B -ntp -f operator/pom.xml -Dmaven.test.skip=true -Dspotless.check.skip=true package \
    && mkdir /distribution \
    && cp -a operator/target/cpu-baseline.jar operator/target/lib operator/src/main/dist/. /distribution/

FROM ${RUNTIME_IMAGE}
LABEL org.opencontainers.image.title=cpu-baseline \
      org.opencontainers.image.licenses=Apache-2.0
COPY LICENSE /opt/cpu-baseline/
COPY --from=build /distribution /opt/cpu-baseline
# A class archive is good for one JVM, these jars and this path, so it is recorded here and not copied.
RUN /opt/cpu-baseline/bin/record-archive
USER 65532:65532
ENTRYPOINT ["/opt/cpu-baseline/bin/cpu-baseline"]
CMD ["run"]
