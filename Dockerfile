# warptune for NVIDIA GPUs:  docker build -t warptune .  &&  docker run --gpus all -v "$PWD:/work" warptune run ...
FROM nvidia/cuda:13.0.2-devel-ubuntu24.04 AS build
WORKDIR /src
COPY dev ./
RUN ./dev setup
COPY . .
RUN ./dev build cuda && cmake --install build/cuda --prefix /opt/warptune --strip

FROM nvidia/cuda:13.0.2-base-ubuntu24.04
RUN apt-get update \
 && apt-get install -y --no-install-recommends libfmt9 libtomlplusplus3t64 zlib1g \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --create-home --shell /usr/sbin/nologin warptune
COPY --from=build /opt/warptune /usr/local
COPY --from=build /src/data /usr/local/share/warptune/data
USER warptune
WORKDIR /work
ENTRYPOINT ["warptune"]
